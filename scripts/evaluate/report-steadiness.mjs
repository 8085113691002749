import { signed } from "./words.mjs";

/** @param {number | null | undefined} value @param {number} digits */
function text(value, digits) {
  return value === null || value === undefined ? "unknown" : value.toFixed(digits);
}

/** How steady scores and regime are. @param {import("./evaluation.mjs").Evaluation} evaluation @returns {import("./report.mjs").Section} */
export function steadinessSection({ steadiness }) {
  const { foldMs, score, scoreNow, regime } = steadiness;
  const minutes = foldMs / 60_000;
  const span = minutes === 1 ? "a minute" : `in ${minutes} min`;
  return {
    title: "Steadiness",
    sentences: [
      "How much a score moves from one fold to the next, and how much of it is still there later (its autocorrelation, the mean over the symbols).",
    ],
    table: {
      head: ["figure", "score", "score of now"],
      rows: [
        [`median move, points ${span}`, text(score.medianMove, 3), text(scoreNow.medianMove, 3)],
        [
          `a tenth of the moves is above, points ${span}`,
          text(score.ninetiethMove, 2),
          text(scoreNow.ninetiethMove, 2),
        ],
        ...score.autocorrelation.map(({ minutes: lag, value }, index) => [
          `autocorrelation at ${lag} min`,
          value === null ? "unknown" : signed(value, 3),
          text(scoreNow.autocorrelation[index]?.value, 3),
        ]),
        [
          "changes of the regime a day, shown / computed",
          `${text(regime.shownChangesADay, 1)} / ${text(regime.computedChangesADay, 1)}`,
          "",
        ],
        ...Object.entries(regime.shares).map(([category, share]) => [
          `time ${category}`,
          `${text(100 * share, 0)} %`,
          "",
        ]),
        ...(regime.unknownShare === 0
          ? []
          : [["time without a regime", `${text(100 * regime.unknownShare, 0)} %`, ""]]),
      ],
    },
  };
}
