import type { Check } from "../../operator/checks.ts";
import { type Evidence, type RequestName, resultOf } from "./evidence.ts";

export interface Finding {
  readonly holds: boolean;
  readonly seen: string;
}

/** One thing that we assume of the exchange. */
export interface Assumption {
  readonly name: string;
  /** What is assumed, in words. */
  readonly assumed: string;
  /** Good answers without which it cannot be looked at. */
  readonly needs: readonly RequestName[];
  /** Whether any answer to them will do. */
  readonly takesErrors?: true;
  /** Null when the answers do not have what it takes. */
  readonly look: (evidence: Evidence) => Finding | null;
}

/** What to do when one does not hold. */
const CURE =
  "Do not trust what is computed from it before packages/exchange is adapted; keep this output for that change.";

/** Compares an assumption with what the exchange answered. */
export function judge({ name, assumed: expected, needs, takesErrors, look }: Assumption, evidence: Evidence): Check {
  const missing = needs.filter((need) =>
    takesErrors === true ? !evidence.answers.has(need) : resultOf(evidence, need) === null,
  );
  if (missing.length > 0) {
    return { name, verdict: "unknown", seen: `no good answer to ${missing.join(", ")}`, expected };
  }
  const finding = look(evidence);
  if (finding === null) {
    return { name, verdict: "unknown", seen: "the answers do not have it", expected };
  }
  const { holds, seen } = finding;
  return holds ? { name, verdict: "ok", seen, expected } : { name, verdict: "failed", seen, expected, cure: CURE };
}

/** All rows must be good. The first that is not is shown. */
export function every<T>(rows: readonly T[], isGood: (row: T, index: number) => boolean): Finding {
  const wrong = rows.filter((row, index) => !isGood(row, index));
  return wrong.length === 0
    ? { holds: rows.length > 0, seen: `all ${rows.length} rows` }
    : { holds: false, seen: `${wrong.length} of ${rows.length} rows are not, such as ${shown(wrong[0])}` };
}

const USUAL_SHARE = 0.95;

/** Most rows must be good: figures of one row may be of different moments. */
export function most<T>(rows: readonly T[], isGood: (row: T) => boolean): Finding {
  const wrong = rows.filter((row) => !isGood(row));
  const share = rows.length === 0 ? 0 : 1 - wrong.length / rows.length;
  const seen = `${rows.length - wrong.length} of ${rows.length} rows`;
  return share >= USUAL_SHARE ? { holds: true, seen } : { holds: false, seen: `${seen}, but not ${shown(wrong[0])}` };
}

const SHOWN_CHARS = 160;

export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS)}...`;
}

/** Whether two figures are the same but for a share. */
export function isNear(value: number, wanted: number, share: number): boolean {
  return Math.abs(value - wanted) <= Math.abs(wanted) * share;
}
