import { expect, it } from "vitest";
import { keptTick } from "./keep-tick-shape.ts";

it("keeps one of the objects that Node makes for process.nextTick", async () => {
  await new Promise((resolve) => process.nextTick(resolve));
  expect(keptTick()).toHaveProperty("callback");
});
