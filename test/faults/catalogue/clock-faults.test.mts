import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Stage } from "../contracts.mts";
import { PERIOD_MS } from "../stage/fault-durations.mts";
import { CLOCK_FAULTS } from "./clock-faults.mts";

/** How long each way lasts at least, and how often is looked. */
const EACH_WAY_MS = 2 * PERIOD_MS;
const LOOKED_MS = 300;

/** A worker that writes what it is told, and a clock that only notes how it is set. */
function fakeStage() {
  const sets: number[] = [];
  let printed = "";
  const write = (offsetMs: number): void => {
    printed += `{"time":"${new Date(Date.now() + offsetMs).toISOString()}"}\n`;
  };
  const clock = { offsetMs: () => sets.at(-1) ?? 0, set: async (offsetMs: number) => void sets.push(offsetMs) };
  const processes = { worker: { output: () => printed }, server: { output: () => "" } };
  return { sets, write, stage: { clock, processes } as unknown as Stage };
}

const begin = async (stage: Stage) => {
  const running = await CLOCK_FAULTS.find(({ name }) => name === "clock: 20 seconds forward, then back")?.begin(stage);
  if (running === undefined) {
    throw new Error("there is no such fault");
  }
  return running;
};

it("a clock goes back only when its first way was met, and counts as met only by both", async () => {
  const { sets, write, stage } = fakeStage();
  const running = await begin(stage);
  await delay(EACH_WAY_MS + LOOKED_MS);
  // Nobody has written a line: another fault may keep both from it.
  expect([sets, await running.touched()]).toEqual([[20_000], 0]);
  write(20_000);
  await delay(LOOKED_MS);
  expect([sets, await running.touched()]).toEqual([[20_000, -20_000], 0]);
  write(-20_000);
  expect(await running.touched()).toBe(1);
  await running.end();
  expect(sets.at(-1)).toBe(0);
});

it("a clock that nobody met is right again when the fault ends", async () => {
  const { sets, stage } = fakeStage();
  const running = await begin(stage);
  await running.end();
  expect(sets).toEqual([20_000, 0]);
});
