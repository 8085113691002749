import type { Violation } from "../contracts.mts";

/** A report is read by people: the first of many equal complaints, and their number. */
const SHOWN = 3;

/** Violations of one invariant from sentences: the first few, and how many more there are. */
export function violationsOf(invariant: string, sentences: readonly string[]): readonly Violation[] {
  const shown = sentences.slice(0, SHOWN).map((what) => ({ invariant, what }));
  const more = sentences.length - shown.length;
  return more === 0 ? shown : [...shown, { invariant, what: `and ${more} more of this kind` }];
}
