import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFileLineWriter } from "./file-line-writer.ts";
import { type BuiltRuntime, buildRuntime } from "./testing/built-runtime.ts";

/** A disk whose calls come back when the test says so. */
function heldDisk() {
  const calls: { readonly text: string; readonly done: (error: Error | null, count: number) => void }[] = [];
  let written = "";
  return {
    writeLater: (_fd: number, data: Buffer, done: (error: Error | null, count: number) => void) => {
      calls.push({ text: data.toString(), done });
    },
    underWay: () => calls.length,
    written: () => written,
    comesBack: (count?: number) => {
      const call = calls.shift();
      const taken = call?.text.slice(0, count) ?? "";
      written += taken;
      call?.done(null, taken.length);
    },
    refuses: () => calls.shift()?.done(new Error("no space"), 0),
  };
}

describe("Lines to a file", () => {
  test("are written by one call at a time, in order, also if a call takes a part only", () => {
    const disk = heldDisk();
    const out = createFileLineWriter(1, disk);
    out.write("a\n");
    out.write("b\n");
    out.write("c\n");
    expect(disk.underWay()).toBe(1);
    disk.comesBack();
    expect(disk.underWay()).toBe(1);
    disk.comesBack(1);
    out.write("d\n");
    disk.comesBack();
    disk.comesBack();
    expect(disk.written()).toBe("a\nb\nc\nd\n");
    expect(disk.underWay()).toBe(0);
  });

  test("are kept up to a limit while a call hangs, and then the newest are left out whole", () => {
    const disk = heldDisk();
    const out = createFileLineWriter(1, { ...disk, maxKeptBytes: 14 });
    for (const line of ["hangs\n", "too long for it\n", "kept\n", "too much\n", "3\n"]) {
      out.write(line);
    }
    disk.comesBack();
    disk.comesBack();
    out.write("again\n");
    disk.comesBack();
    expect(disk.written()).toBe("hangs\nkept\n3\nagain\n");
  });

  test("that are refused are written with the next one", () => {
    const disk = heldDisk();
    const out = createFileLineWriter(1, disk);
    out.write("a\n");
    disk.refuses();
    expect(disk.underWay()).toBe(0);
    out.write("b\n");
    disk.comesBack();
    expect(disk.written()).toBe("a\nb\n");
  });

  test("flush calls back when the call under way is over, and before the next one begins", async () => {
    const disk = heldDisk();
    const out = createFileLineWriter(1, disk);
    const seen: number[] = [];
    const flush = () => new Promise<void>((resolve) => out.flush?.(() => resolve(void seen.push(disk.underWay()))));
    await flush();
    out.write("a\n");
    const flushed = flush();
    out.write("b\n");
    disk.comesBack();
    await flushed;
    expect(seen).toEqual([0, 0]);
    expect(disk.underWay()).toBe(1);
  });
});

describe("A process whose log is a file", () => {
  let runtime: BuiltRuntime | undefined;
  beforeAll(async () => {
    runtime = await buildRuntime();
  });
  afterAll(() => runtime?.remove());

  const PROGRAM = `
    import { createLogger, createShutdown, installCrashHandlers, installThreadCallGuard, RUNTIME_DURATIONS, systemClock, threadCalls } from "./index.js";
    const log = createLogger({ level: "info", pretty: false });
    const durations = { ...RUNTIME_DURATIONS, repeatedSignalMs: 10 };
    const shutdown = createShutdown({ log, graceMs: 5_000, exit: process.exit, threadCalls, clock: systemClock, durations });
    installThreadCallGuard(log);
    installCrashHandlers(log, process.exit);
    log.info("first");
  `;

  const ending = async (end: string) => {
    const path = await runtime?.write(`${PROGRAM}\n${end}`);
    const file = openSync(`${path}.log`, "w");
    const child = spawn(process.execPath, [path ?? ""], { stdio: ["ignore", file, "inherit"] });
    closeSync(file);
    const [code, signal] = await once(child, "exit");
    const lines = readFileSync(`${path}.log`, "utf8").trim().split("\n");
    return { code, signal, msgs: lines.map((line) => JSON.parse(line).msg) };
  };

  test("ends a crash with code 1 and its last line, each time", { timeout: 120_000 }, async () => {
    for (let time = 0; time < 50; time++) {
      // Not in the first turn of the event loop, so that calls are under way at different moments.
      const end = `setTimeout(() => { log.info("second"); throw new Error("defect"); }, ${time % 10});`;
      expect(await ending(end)).toEqual({
        code: 1,
        signal: null,
        msgs: ["first", "second", "Unexpected error, ending"],
      });
    }
  });

  test.each([
    ["in order", 'void shutdown.run("test");', 0, ["first", "Shutting down", "Ended"]],
    [
      "at a second signal",
      `shutdown.add("hangs", () => new Promise(() => {}));
       process.kill(process.pid, "SIGTERM");
       setTimeout(() => process.kill(process.pid, "SIGTERM"), 100);
       setInterval(() => {}, 1000);`,
      143,
      ["first", "Shutting down", "Second signal, ending at once"],
    ],
    ["by itself", "", 0, ["first"]],
  ])("ends %s with its code and its last line", async (_, end, code, msgs) => {
    expect(await ending(end)).toEqual({ code, signal: null, msgs });
  });
});
