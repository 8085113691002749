import { expect, it } from "vitest";
import { shown } from "./shown.ts";

it.each([
  ["a text", "a text"],
  [{ toString: 1, valueOf: 1 }, '{"toString":1,"valueOf":1}'],
  [undefined, "nothing"],
  ["x".repeat(300), `${"x".repeat(200)}...`],
])("%j is shown", (value, text) => {
  expect(shown(value)).toBe(text);
});
