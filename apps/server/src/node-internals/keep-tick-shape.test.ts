import { executionAsyncResource } from "node:async_hooks";
import { expect, it } from "vitest";
import { collectGarbage, haveSameShape } from "../testing/v8.ts";
import { keptTick } from "./keep-tick-shape.ts";

const nextTick = (): Promise<object> =>
  new Promise((resolve) => process.nextTick(() => resolve(executionAsyncResource())));

it("keeps one of the objects that Node makes for process.nextTick", async () => {
  await nextTick();
  expect(keptTick()).toHaveProperty("callback");
});

it("the objects that Node makes after a full garbage collection have the hidden class of the one that is kept", async () => {
  await nextTick();
  collectGarbage();
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  const later = await nextTick();
  expect(haveSameShape(keptTick() ?? {}, later)).toBe(true);
});
