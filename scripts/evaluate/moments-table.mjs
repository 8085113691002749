import { EVALUATED_FIGURES } from "./evaluated-figures.mjs";

const FIGURES = [...EVALUATED_FIGURES.ranked, { name: "relative", of: relativeOf }];
const HEAD = ["time", "symbol", "direction", "price", ...FIGURES.map(({ name }) => name)].join(",");

/** Every score that was evaluated with its figures, as CSV: other programs can compute the same from it. Unknown is empty. */
export function momentsTable() {
  const lines = [HEAD];
  return {
    /** @param {import("./refreshes.mjs").EvaluatedRefresh} refresh */
    take({ asOfMs, direction, rows }) {
      for (const row of rows.filter(({ scored }) => scored)) {
        const figures = FIGURES.map(({ of }) => of(row) ?? "");
        lines.push(
          [new Date(asOfMs).toISOString(), row.symbol, direction ?? "", row.markPrice ?? "", ...figures].join(","),
        );
      }
    },
    text: () => `${lines.join("\n")}\n`,
  };
}

/** @param {import("./refreshes.mjs").EvaluatedRow} row */
function relativeOf({ relative }) {
  return relative;
}
