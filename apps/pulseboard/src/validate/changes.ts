import type { Check } from "../operator/checks.ts";
import type { Sample } from "./sample.ts";

export interface Change {
  /** Unix ms. */
  readonly atMs: number;
  readonly check: Check;
  /** What was seen before; null in the first sample. */
  readonly was: string | null;
}

/** May change without being wrong, and is told then too. */
const FACTS: ReadonlySet<string> = new Set(["version", "origin"]);
/** While they are not well, a change of their text is one too; the text of others has figures that always move. */
const TOLD_BY_TEXT: ReadonlySet<string> = new Set(["answers", "freshness", "degraded"]);

/**
 * What cannot be looked at, because something else is wrong, is compared again when it can.
 *
 * @returns gives what has changed in each sample since the one before; of the first, the facts and what is not well
 */
export function createChangeFinder(): (sample: Pick<Sample, "atMs" | "checks">) => readonly Change[] {
  const last = new Map<string, Check>();
  return ({ atMs, checks }) =>
    checks.flatMap((check): readonly Change[] => {
      if (check.verdict === "unknown") {
        return [];
      }
      const before = last.get(check.name);
      last.set(check.name, check);
      if (before === undefined) {
        return check.verdict !== "ok" || FACTS.has(check.name) ? [{ atMs, check, was: null }] : [];
      }
      return stateOf(before) === stateOf(check) ? [] : [{ atMs, check, was: before.seen }];
    });
}

function stateOf({ name, verdict, seen }: Check): string {
  const isTextTold = FACTS.has(name) || (TOLD_BY_TEXT.has(name) && verdict !== "ok");
  return isTextTold ? `${verdict}: ${seen}` : verdict;
}
