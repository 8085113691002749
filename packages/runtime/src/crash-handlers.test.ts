import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRuntime, buildRuntime } from "./testing/built-runtime.ts";

describe("A process with a defect", () => {
  let runtime: BuiltRuntime | undefined;
  beforeAll(async () => {
    runtime = await buildRuntime();
  });
  afterAll(() => runtime?.remove());

  test.each([
    ["throws where nobody catches it", 'setTimeout(() => { throw new TypeError("defect"); });', "uncaughtException"],
    ["leaves a rejection to nobody", 'void Promise.reject(new TypeError("defect"));', "unhandledRejection"],
    ["rejects with something that is no error", 'void Promise.reject("defect");', "unhandledRejection"],
  ])("that %s says so in one line and ends with code 1", async (_, defect, origin) => {
    const program = await runtime?.run(`
      import { createLogger, installCrashHandlers } from "./index.js";
      installCrashHandlers(createLogger({ level: "info", pretty: false }), process.exit);
      setInterval(() => {}, 1000);
      ${defect}
    `);
    expect(await program?.ended).toEqual({ code: 1, signal: null });
    const lines = program?.output().trim().split("\n") ?? [];
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "fatal", origin, err: { message: "defect" } });
  });
});
