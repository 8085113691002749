import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLineWriter } from "./line-writer.ts";
import { type BuiltRuntime, buildRuntime } from "./testing/built-runtime.ts";

/** A file system that fails as often as it is told, and then takes `chunk` bytes at a time. */
function failing(times: number, chunk = 1_000_000) {
  let written = "";
  let left = times;
  const write = (_fd: number, data: Buffer): number => {
    if (left > 0) {
      left -= 1;
      throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    }
    const taken = data.subarray(0, chunk);
    written += taken.toString();
    return taken.length;
  };
  return { write, written: () => written };
}

describe("Lines that cannot be written", () => {
  test("are written with the next one that can", () => {
    const file = failing(2);
    const out = createLineWriter(1, { write: file.write });
    out.write("a\n");
    out.write("b\n");
    expect(file.written()).toBe("");
    out.write("c\n");
    expect(file.written()).toBe("a\nb\nc\n");
  });

  test("are kept up to a limit, and then the newest are left out whole", () => {
    const file = failing(3);
    const out = createLineWriter(1, { write: file.write, maxKeptBytes: 10 });
    out.write("first\n");
    out.write("too long\n");
    out.write("2nd\n");
    expect(file.written()).toBe("");
    out.write("now\n");
    expect(file.written()).toBe("first\n2nd\nnow\n");
  });

  test("a line that was written in part is completed", () => {
    const written: string[] = [];
    let calls = 0;
    const out = createLineWriter(1, {
      write: (_fd, data) => {
        calls += 1;
        if (calls === 2) {
          throw Object.assign(new Error("try again"), { code: "EAGAIN" });
        }
        const taken = data.subarray(0, calls === 1 ? 3 : data.length);
        written.push(taken.toString());
        return taken.length;
      },
    });
    out.write("a line\n");
    out.write("b\n");
    expect(written.join("")).toBe("a line\nb\n");
  });
});

describe("A process whose log", () => {
  let runtime: BuiltRuntime | undefined;
  beforeAll(async () => {
    runtime = await buildRuntime();
  });
  afterAll(() => runtime?.remove());

  const PROGRAM = `
    import { createLogger, createShutdown, installCrashHandlers, systemClock } from "./index.js";
    const log = createLogger({ level: "info", pretty: process.stdout.isTTY === true });
    createShutdown({ log, exit: process.exit });
    installCrashHandlers(log, process.exit);
    setInterval(() => log.info({ text: "x".repeat(10_000) }, "A line"), 5);
    const start = performance.now();
    let last = start, longest = 0;
    setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (now - start > 1_500) { process.stderr.write(JSON.stringify({ longest: Math.round(longest) })); process.exit(0); }
    }, 10);
  `;

  const longestWait = async (stdout: "pipe" | number, prepare: (child: ReturnType<typeof spawn>) => void) => {
    const path = await runtime?.write(PROGRAM);
    const child = spawn(process.execPath, [path ?? ""], { stdio: ["ignore", stdout, "pipe"] });
    prepare(child);
    let err = "";
    child.stderr?.on("data", (chunk) => {
      err += chunk;
    });
    const code = await new Promise((resolve) => child.on("exit", resolve));
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^\{"longest":\d+\}$/) });
    return JSON.parse(err).longest;
  };

  test("is on a full disk goes on", async () => {
    const full = openSync("/dev/full", "w");
    await longestWait(full, () => closeSync(full));
  });

  test("has a reader that is gone goes on", async () => {
    await longestWait("pipe", (child) => child.stdout?.destroy());
  });

  test("has a reader that stands still goes on, and its event loop is not held", async () => {
    expect(await longestWait("pipe", (child) => child.stdout?.pause())).toBeLessThan(1_000);
  });
});
