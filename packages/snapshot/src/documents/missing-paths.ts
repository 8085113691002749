import type { Missing, MissingReason } from "../shared/missing-reason.ts";

/** The entries below `prefix`, moved below another one: "symbols.BTCUSDT.x" as "confluence_scores.BTCUSDT.x". */
export function withPrefix(missing: Missing, prefix: string, replacement: string): Missing {
  const entries = Object.entries(missing).filter(([path]) => path.startsWith(prefix));
  return Object.fromEntries(entries.map(([path, reason]) => [replacement + path.slice(prefix.length), reason]));
}

/**
 * The reasons of figures that a body shows under another path than `missing` has.
 *
 * @param originals - Path of the figure as shown -> path in `missing`.
 */
export function reasonsOf(originals: Readonly<Record<string, string>>, missing: Missing): Missing {
  const reasons: Record<string, MissingReason> = {};
  for (const [path, original] of Object.entries(originals)) {
    const reason = missing[original];
    if (reason !== undefined) {
      reasons[path] = reason;
    }
  }
  return reasons;
}
