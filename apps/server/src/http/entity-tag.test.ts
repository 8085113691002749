import { expect, it } from "vitest";
import { matchesEtag } from "./entity-tag.ts";

it.each([
  [undefined, false],
  ["", false],
  ['"a"', true],
  ['W/"a"', true],
  ['"b"', false],
  ['"b", "a"', true],
  ['"b",W/"a"', true],
  ["*", true],
  // A tag from another server may contain a star.
  ['"b, *, c"', false],
  ["a", false],
  ['"A"', false],
])('If-None-Match: %s against "a" matches: %s', (header, matches) => {
  expect(matchesEtag(header, '"a"')).toBe(matches);
});
