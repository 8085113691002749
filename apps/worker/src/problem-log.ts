import type { CollectionProblem } from "@pulseboard/exchange";
import type { Logger } from "@pulseboard/runtime";

const SYMBOLS_NAMED = 5;

/** These pause every call, and the gateway logs them itself. */
const LOGGED_BY_THE_GATEWAY: ReadonlySet<string> = new Set(["exchange_banned", "exchange_geo_blocked"]);

/** Logs the problems of a refresh, one line per kind rather than per symbol: fifty equal timeouts are one fact. */
export function logProblems(problems: readonly CollectionProblem[], log: Logger): void {
  for (const group of groupProblems(problems.filter(({ code }) => !LOGGED_BY_THE_GATEWAY.has(code)))) {
    const [first] = group;
    if (first === undefined) {
      continue;
    }
    const symbols = group.flatMap((problem) => (problem.symbol === null ? [] : [problem.symbol]));
    const named = symbols.slice(0, SYMBOLS_NAMED).join(", ");
    const more = symbols.length > SYMBOLS_NAMED ? ` and ${symbols.length - SYMBOLS_NAMED} more` : "";
    log.warn(
      {
        endpoint: first.endpoint,
        code: first.code,
        count: group.length,
        ...(symbols.length > 0 && { symbols: named + more }),
        ...(first.hint !== null && { hint: first.hint }),
      },
      first.message,
    );
  }
}

/** The inputs that the engine refused, which stay wrong for as long as the data behind them is kept. */
export function refusedInputsOf(problems: readonly CollectionProblem[]): ReadonlySet<string> {
  return new Set(problems.filter(({ code }) => code === "bad_input").map(keyOf));
}

/** Tells whether a problem is to be logged: one of an input that was refused before is not. */
export function isNewTo(refusedBefore: ReadonlySet<string>): (problem: CollectionProblem) => boolean {
  return (problem) => problem.code !== "bad_input" || !refusedBefore.has(keyOf(problem));
}

function keyOf({ symbol, endpoint }: CollectionProblem): string {
  return `${symbol} ${endpoint}`;
}

/** Groups the problems by endpoint and code, in the order of each group's first. */
export function groupProblems(problems: readonly CollectionProblem[]): readonly (readonly CollectionProblem[])[] {
  const groups = new Map<string, CollectionProblem[]>();
  for (const problem of problems) {
    const key = `${problem.endpoint} ${problem.code}`;
    const group = groups.get(key) ?? [];
    group.push(problem);
    groups.set(key, group);
  }
  return [...groups.values()];
}
