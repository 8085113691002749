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
      import { createLogger, createShutdown, RUNTIME_DURATIONS, systemClock } from "./index.js";
      const log = createLogger({ level: "info", pretty: false });
      const durations = { ...RUNTIME_DURATIONS, repeatedSignalMs: ${repeatedSignalMs} };
      const shutdown = createShutdown({ log, graceMs: ${graceMs}, exit: process.exit, clock: systemClock, durations });
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
});
