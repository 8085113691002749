import type { Missing, MissingReason } from "@pulseboard/snapshot";

const PREFIX = "confluence_scores.";

/** The entries of `missing` about scores, by symbol, with their full paths. */
export function reasonsBySymbol(missing: Missing): ReadonlyMap<string, Missing> {
  const bySymbol = new Map<string, Record<string, MissingReason>>();
  for (const [path, reason] of Object.entries(missing)) {
    if (!path.startsWith(PREFIX)) {
      continue;
    }
    const symbol = path.slice(PREFIX.length).split(".", 1).join();
    const reasons = bySymbol.get(symbol) ?? {};
    reasons[path] = reason;
    bySymbol.set(symbol, reasons);
  }
  return bySymbol;
}
