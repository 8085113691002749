import type { z } from "zod";

/** Further issues tend to repeat the same mistake. */
const MAX_PROBLEMS = 4;

/** Zod's issues as one line: "market_overview.btc_price: expected number, received string; ... (3 more)". */
export function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  const named = issues.slice(0, MAX_PROBLEMS).map(({ path, message }) => {
    const text = message.replace(/^Invalid input: /, "");
    return path.length === 0 ? text : `${path.join(".")}: ${text}`;
  });
  const more = issues.length - named.length;
  return named.join("; ") + (more > 0 ? ` (${more} more)` : "");
}
