import { setImmediate as nextTurn } from "node:timers/promises";
import type { Steps } from "@pulseboard/snapshot";
import { expect, test } from "vitest";
import { inTurns } from "./in-turns.ts";

test("each step is done in a turn of the event loop of its own, with room for others between", async () => {
  const order: string[] = [];
  function* work(): Steps<string> {
    for (let step = 0; step < 3; step++) {
      order.push("step");
      yield;
    }
    return "done";
  }
  const others = async (): Promise<void> => {
    for (let turn = 0; turn < 3; turn++) {
      order.push("other");
      await nextTurn();
    }
  };
  const [result] = await Promise.all([inTurns(work()), others()]);
  expect(result).toBe("done");
  expect(order).toEqual(["step", "other", "step", "other", "step", "other"]);
});

test("an error of a step comes through", async () => {
  function* work(): Steps<never> {
    yield;
    throw new Error("of the second step");
  }
  await expect(inTurns(work())).rejects.toThrow("of the second step");
});
