import { expect, test } from "vitest";
import { lazy } from "./lazy.ts";

test("is made once, when it is first asked for, also by several at a time", async () => {
  let makes = 0;
  const value = lazy(async () => ++makes);
  expect(value.peek()).toBeNull();
  expect(await Promise.all([value.get(), value.get()])).toEqual([1, 1]);
  expect(await value.get()).toBe(1);
  expect(value.peek()).toBe(1);
});

test("is tried again by the next call where making it failed", async () => {
  let makes = 0;
  const value = lazy(async () => {
    makes += 1;
    if (makes === 1) {
      throw new TypeError("not yet");
    }
    return makes;
  });
  await expect(value.get()).rejects.toThrow("not yet");
  expect(value.peek()).toBeNull();
  expect(await value.get()).toBe(2);
});
