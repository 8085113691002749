import type { Check } from "../operator/checks.ts";

/** What is wrong, what it should be, and one sentence on what to do. */
export interface Wrong {
  readonly seen: string;
  readonly expected?: string;
  readonly cure: string;
}

/** All is well. */
export function ok(name: string, seen: string): Check {
  return { name, verdict: "ok", seen };
}

/** It works, and somebody should look at it. */
export function warning(name: string, wrong: Wrong): Check {
  return { name, verdict: "warning", ...withoutPeriod(wrong) };
}

/** It does not work. */
export function failed(name: string, wrong: Wrong): Check {
  return { name, verdict: "failed", ...withoutPeriod(wrong) };
}

/** It could not be looked at, because something else is wrong. */
export function unknown(name: string, seen: string): Check {
  return { name, verdict: "unknown", seen };
}

/** Sentences of errors have one at their end, and the printed line adds its own. */
function withoutPeriod(wrong: Wrong): Wrong {
  return { ...wrong, seen: wrong.seen.replace(/\.$/, "") };
}
