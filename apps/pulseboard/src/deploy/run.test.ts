import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { run } from "./run.ts";

it("a program that has ended, whose output another one still holds, is no error when all is given up", async () => {
  const ending = new AbortController();
  const ran = run("/bin/sh", ["-c", "setsid sleep 1 & kill -9 $$"], {
    env: process.env,
    signal: ending.signal,
    log: () => undefined,
  });
  await delay(300);
  ending.abort();
  expect(await ran).toMatchObject({ code: null });
});
