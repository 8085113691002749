import { hasOwn } from "../format/has-own.ts";

/** Compares two values parsed from JSON by content: each snapshot is parsed again, so that equal values are never the same object. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) {
    return true;
  }
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return false;
  }
  if (Array.isArray(a) !== Array.isArray(b)) {
    return false;
  }
  const namesOfA = Object.keys(a);
  if (namesOfA.length !== Object.keys(b).length) {
    return false;
  }
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  return namesOfA.every((name) => hasOwn(right, name) && isSameJson(left[name], right[name]));
}
