import type { Mismatch } from "./figures.mts";
import { SNAPSHOT_PATH } from "./snapshot-paths.mts";

/** Nulls that need no reason in `missing`: those about freshness ... */
const NEED_NONE: readonly string[] = ["missing", "sections", "stale_reason"];
/** ... those of an analysis with a reason of their own beside them, or that of an average which begins ... */
const EXPLAINED: readonly string[] = [
  ...["breakdown", "inputs", "technical_rating", "contributions", "since_before_ms"],
  ...["outlook", "against_btc"],
];
/** ... and those of a list under its second name, which has its reasons under the first. */
const ALIASES: readonly string[] = ["symbols", "top_symbols"];

/** Each null of a body, and an UNKNOWN regime, must have its entry in the body's own `missing`; nothing else may have one. */
export function checkNulls(path: string, body: object): readonly Mismatch[] {
  const { missing = {} } = body as { readonly missing?: Readonly<Record<string, string>> };
  const skipped = new Set([
    ...NEED_NONE,
    ...(path === SNAPSHOT_PATH ? ALIASES : []),
    ...("breakdown" in body ? EXPLAINED : []),
  ]);
  const nulls = new Set<string>();
  const known = new Set<string>();
  for (const [name, value] of Object.entries(body)) {
    if (!skipped.has(name)) {
      collect(value, name, nulls, known);
    }
  }
  return [
    ...[...nulls]
      .filter((name) => missing[name] === undefined)
      .map((name) => `${path}: ${name} is null without a reason`),
    ...[...known]
      .filter((name) => missing[name] !== undefined)
      .map((name) => `${path}: ${name} is known and has a reason`),
  ];
}

/** Rows are named by their symbol. */
function collect(value: unknown, path: string, nulls: Set<string>, known: Set<string>): void {
  if (value === null || value === "UNKNOWN") {
    nulls.add(path);
  } else if (typeof value !== "object") {
    known.add(path);
  } else {
    for (const [name, member] of Object.entries(value)) {
      const row = Array.isArray(value) ? (member as { readonly symbol?: unknown } | null)?.symbol : name;
      if (typeof row === "string") {
        collect(member, `${path}.${row}`, nulls, known);
      }
    }
  }
}
