import fc from "fast-check";
import { expect, test } from "vitest";
import { topLevelSequence } from "./top-level-sequence.ts";

test.each<[string, number | null]>([
  ['{"schema_version":2,"sequence":7,"origin":"bybit"}', 7],
  ['{"sequence" : 7 }', 7],
  ['{"inner":{"sequence":9},"list":[{"sequence":8}],"sequence":7}', 7],
  ['{"text":"\\"sequence\\":9 {[","sequence":7}', 7],
  ['{"name":"sequence","sequence":7}', 7],
  ['{"inner":{"sequence":9}}', null],
  ['{"sequence":"7"}', null],
  ['{"sequence":-7}', null],
  ['{"sequence":1.5}', null],
  ['[{"sequence":7}]', null],
  ["sequence", null],
  ["", null],
  ["{", null],
])("the top-level sequence of %s is %s", (text, expected) => {
  expect(topLevelSequence(text)).toBe(expected);
});

test("finds the same sequence as parsing the whole object", () => {
  const object = fc.dictionary(fc.oneof(fc.constant("sequence"), fc.string()), fc.jsonValue());
  fc.assert(
    fc.property(object, fc.option(fc.integer({ min: 1 })), (others, sequence) => {
      const { sequence: _, ...rest } = others;
      const text = JSON.stringify(sequence === null ? rest : { ...rest, sequence });
      expect(topLevelSequence(text)).toBe(sequence);
    }),
  );
});

test("looks no further than it must: the first of a megabyte is found at once", () => {
  const text = `{"sequence":5,"rest":"${"x".repeat(1_000_000)}"}`;
  expect(topLevelSequence(text)).toBe(5);
});

// Each quote of these could begin another string that does not end: tried one after the other, they take minutes.
test.each([
  ["escaped quotes", '\\"'],
  ["escaped quotes and a backslash", '\\"', "\\"],
])("a megabyte of %s is read once", (_name, unit, end = "") => {
  expect(topLevelSequence(`{"x":${unit.repeat(500_000)}${end}`)).toBeNull();
});
