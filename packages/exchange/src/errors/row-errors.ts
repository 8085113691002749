import type { CollectionProblem } from "./collection-problem.ts";

/** Counts the rows and figures of one answer that were left out, so that they are reported once, with an example. */
export interface RowErrors {
  /** @param example The error in one row: "close of 1749556800000 is \"abc\"". The first one is kept. */
  add(example: string): void;
  /** Adds the errors of another answer to the same question. */
  addAll(others: RowErrors): void;
  count(): number;
  firstExample(): string | null;
  /** Empty, or one problem for all of them together. */
  toProblems(endpoint: string, symbol: string | null): readonly CollectionProblem[];
}

export function createRowErrors(): RowErrors {
  let total = 0;
  let first: string | null = null;
  return {
    add: (example) => {
      total += 1;
      first ??= example;
    },
    addAll: (others) => {
      total += others.count();
      first ??= others.firstExample();
    },
    count: () => total,
    firstExample: () => first,
    toProblems: (endpoint, symbol) => {
      if (total === 0) {
        return [];
      }
      const left = total === 1 ? "1 unusable row or figure was" : `${total} unusable rows or figures were`;
      return [
        {
          endpoint,
          code: "bad_rows",
          message: `${endpoint}: ${left} left out; for example ${first}.`,
          hint: "If this continues, the exchange has changed its format.",
          symbol,
        },
      ];
    },
  };
}

/** A value for a message: cut to 40 characters, and still recognisable as a string, a number or nothing. */
export function preview(value: unknown): string {
  return (JSON.stringify(value) ?? "missing").slice(0, 40);
}
