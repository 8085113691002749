import { setFlagsFromString } from "node:v8";
import { runInNewContext, runInThisContext } from "node:vm";

/** A full garbage collection, twice, so that objects which only finalizers held are gone too. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  gc();
  gc();
}

/** Tells whether V8 has the same hidden class for both objects. */
export function haveSameShape(one: object, other: object): boolean {
  setFlagsFromString("--allow-natives-syntax");
  const compare = runInThisContext("(one, other) => %HaveSameMap(one, other)") as (a: object, b: object) => boolean;
  return compare(one, other);
}
