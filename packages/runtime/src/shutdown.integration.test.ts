import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRuntime, buildRuntime, type Program } from "./testing/built-runtime.ts";

describe("A process that is stopped", () => {
  let runtime: BuiltRuntime | undefined;
  beforeAll(async () => {
    runtime = await buildRuntime();
  });
  afterAll(() => runtime?.remove());

  /** Starts a program that would run forever, with these parts to end. */
  const start = async (parts: string, { graceMs = 5000, repeatedSignalMs = 30_000 } = {}): Promise<Program> => {
    if (runtime === undefined) {
      throw new Error("The package was not built");
    }
    const program = await runtime.run(`
      import { execFileSync } from "node:child_process";
      import { open } from "node:fs/promises";
      import { createLogger, createShutdown, installThreadCallGuard, RUNTIME_DURATIONS, systemClock, threadCalls } from "./index.js";
      const log = createLogger({ level: "info", pretty: false });
      const durations = { ...RUNTIME_DURATIONS, repeatedSignalMs: ${repeatedSignalMs} };
      const exit = process.exit;
      const shutdown = createShutdown({ log, graceMs: ${graceMs}, exit, threadCalls, clock: systemClock, durations });
      installThreadCallGuard(log);
      shutdown.signal.addEventListener("abort", () => log.info("aborted"));
      const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
      const hang = () => new Promise(() => {});
      ${parts}
      setInterval(() => {}, 1000);
      log.info("ready");
    `);
    await program.printed('"ready"');
    return program;
  };
  const messages = (program: Program): readonly string[] =>
    program
      .output()
      .trim()
      .split("\n")
      // Node itself may warn of a file that was not closed.
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line).msg);

  test.each(["SIGINT", "SIGTERM"] as const)(
    "on %s ends what was started last first, then itself, code 0",
    async (signal) => {
      const program = await start(`
      shutdown.add("store", async () => { await wait(20); log.info("store ended"); });
      shutdown.add("server", async () => { await wait(20); log.info("server ended"); });
    `);
      program.kill(signal);
      expect(await program.ended).toEqual({ code: 0, signal: null });
      expect(messages(program)).toEqual(["ready", "Shutting down", "aborted", "server ended", "store ended", "Ended"]);
    },
  );

  test("takes Ctrl-C that arrives twice within a moment, from the terminal and from npm, for one", async () => {
    const program = await start(`shutdown.add("server", async () => { await wait(300); log.info("server ended"); });`);
    program.kill("SIGINT");
    await delay(2);
    program.kill("SIGINT");
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(messages(program)).toContain("server ended");
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("on a second %s, later, ends at once with code %i", async (signal, code) => {
    const program = await start(`shutdown.add("server", hang);`, { graceMs: 60_000, repeatedSignalMs: 10 });
    program.kill(signal);
    await program.printed("aborted");
    await delay(50);
    program.kill(signal);
    expect(await program.ended).toEqual({ code, signal: null });
  });

  test("ends within the grace although parts hang or throw, logs which, and leaves the others their time", async () => {
    const program = await start(
      `
      shutdown.add("first started", () => log.info("first started ended"));
      shutdown.add("hanging", hang);
      shutdown.add("throwing", () => { throw new Error("cannot end"); });
      shutdown.add("hanging too", hang);
    `,
      { graceMs: 1000 },
    );
    const startMs = performance.now();
    program.kill("SIGTERM");
    expect(await program.ended).toEqual({ code: 1, signal: null });
    expect(performance.now() - startMs).toBeLessThan(15_000);
    expect(messages(program)).toContain("first started ended");
    const told = program
      .output()
      .split("\n")
      .filter((line) => line.includes('"warn"'));
    expect(told.map((line) => JSON.parse(line).part)).toEqual(["hanging too", "throwing", "hanging"]);
    expect(told[1]).toContain("cannot end");
  });

  // A pipe that nobody writes to is a disk that hangs: opening it waits in a thread.
  const OPENS_PIPE = `
    const pipe = process.argv[1] + ".pipe";
    execFileSync("mkfifo", [pipe]);
    void open(pipe).then(() => log.info("opened"));
  `;

  test("ends itself by SIGKILL after its grace if a disk hangs", async () => {
    const program = await start(`${OPENS_PIPE} shutdown.add("server", () => log.info("server ended"));`, {
      graceMs: 300,
    });
    program.kill("SIGTERM");
    expect(await program.ended).toEqual({ code: null, signal: "SIGKILL" });
    expect(messages(program).slice(3)).toEqual([
      "server ended",
      "Ended, not all in order",
      "Calls to a disk or for a name do not come back: ending by SIGKILL",
    ]);
  });

  test("ends in order if the disk comes back within the grace", async () => {
    const program = await start(
      `${OPENS_PIPE} shutdown.add("disk", () => { setTimeout(() => execFileSync("sh", ["-c", ": > " + pipe]), 100); });`,
    );
    program.kill("SIGTERM");
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(messages(program)).toEqual(["ready", "Shutting down", "aborted", "opened", "Ended"]);
  });
});
