import type { Missing } from "./missing-reason.ts";

/** The entries below `prefix`, under another one: "symbols.BTCUSDT.x" as "confluence_scores.BTCUSDT.x". */
export function withPrefix(missing: Missing, prefix: string, replacement: string): Missing {
  const entries = Object.entries(missing).filter(([path]) => path.startsWith(prefix));
  return Object.fromEntries(entries.map(([path, reason]) => [replacement + path.slice(prefix.length), reason]));
}
