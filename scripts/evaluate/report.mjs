// What an evaluation found, in words and tables: the same for the page and for the documentation.
import { RECORD_METHOD } from "@pulseboard/history";
import { plainSentences } from "./plain-words.mjs";
import { steadinessSection } from "./report-steadiness.mjs";
import {
  basisPointsText,
  claimText,
  comparisonText,
  correlationText,
  count,
  hoursOf,
  nameOf,
  shareText,
  spanText,
  timeText,
} from "./words.mjs";

/** @typedef {import("./evaluation.mjs").Evaluation} Evaluation */
/** @typedef {import("@pulseboard/history").Horizon} Horizon */
/** @typedef {{ head: readonly string[], rows: readonly (readonly string[])[] }} Table */
/**
 * @typedef {object} Section
 * @property {string} title
 * @property {readonly string[]} sentences
 * @property {Table} [table]
 * @property {"groups" | "correlations"} [chart] which picture the page shows here
 */

/** @param {Evaluation} evaluation @returns {Section[]} */
export function reportOf(evaluation) {
  return [
    { title: "What was evaluated", sentences: spanSentences(evaluation) },
    { title: "In plain words", sentences: plainSentences(evaluation) },
    groupsSection(evaluation),
    correlationsSection(evaluation),
    momentumSection(evaluation),
    linesSection(evaluation),
    steadinessSection(evaluation),
  ];
}

/** @param {Evaluation} evaluation */
function spanSentences({ symbols, plan, options, methodVersion, summary, unknownFromCandles }) {
  const { firstMs, fromMs, endMs, everyMs, foldMs } = plan;
  const few = options.minSymbols < RECORD_METHOD.minSymbols;
  const counted = Object.entries(summary.horizons).map(([horizon, { days, moments, readings }]) => {
    const gone = [
      days.tooFewMoments > 0 ? `${days.tooFewMoments} finished days with too few moments left out` : "",
      readings.missing > 0 ? `${count(readings.missing)} readings missing` : "",
      readings.delisted > 0 ? `${count(readings.delisted)} ended with their contract` : "",
    ].filter(Boolean);
    return `${hoursOf(horizon)}: ${[`${days.counted} days`, `${count(moments.present)} moments`, `${count(readings.present)} readings`, ...gone].join(", ")}`;
  });
  return [
    `Method version ${methodVersion}, ${symbols.length} symbols (${symbols.join(", ")}), recorded from ${timeText(firstMs)} to ${timeText(endMs)}.`,
    `Of this, ${spanText(fromMs - firstMs)} are lost to warming up: every timeframe needs 60 closed candles, and the average an hour. Moments count from ${timeText(fromMs)} on, one every ${everyMs / 60_000} min, and the score is folded every ${foldMs / 60_000} min between them.`,
    `Finished days, by how far ahead they look: ${counted.join("; ")}.`,
    few
      ? `There are fewer symbols than the record asks for (${RECORD_METHOD.minSymbols}): all minimums of symbols are ${options.minSymbols} here, and ${options.groups} groups stand for ten. The market's direction counts each symbol several times, which leaves its means as they are.`
      : `At least ${options.minSymbols} symbols a moment, in ${options.groups} groups.`,
    `A score is made from candles alone here: ${unknownFromCandles.join(", ")} are unknown, and so are funding and open interest. The close of a minute stands for the mark price.`,
  ];
}

/** @param {Evaluation} evaluation @returns {Section} */
function groupsSection({ summary, options }) {
  const groups = Object.entries(summary.horizons).flatMap(([horizon, { ranked }]) => {
    const found = ranked.score?.groups.all ?? null;
    return found === null
      ? []
      : found.share.map((share, index) => [
          hoursOf(horizon),
          `${index + 1} of ${options.groups}`,
          shareText(share),
          basisPointsText(found.returns[index]),
          count(share.readings),
        ]);
  });
  const apart = Object.entries(summary.horizons).map(
    ([horizon, { ranked }]) => `${hoursOf(horizon)} ${basisPointsText(ranked.score?.groups.all?.topLessBottom)}`,
  );
  return {
    title: "By rank of score",
    sentences: [
      `The symbols of each moment in ${options.groups} groups by their score, from the lowest to the highest: how many beat the median symbol, and their mean return above it.`,
      `Highest less lowest group: ${apart.join("; ")}. Fees of both ways alone cost ${RECORD_METHOD.roundTripFeesBp} bp, the spread comes on top.`,
    ],
    chart: "groups",
    table: { head: ["next", "group", "beat the median", "mean return above it", "readings"], rows: groups },
  };
}

/** @param {Evaluation} evaluation @returns {Section} */
function correlationsSection({ summary }) {
  const horizons = Object.entries(summary.horizons);
  const names = Object.keys(horizons[0]?.[1].ranked ?? {});
  return {
    title: "Rank correlation with later returns",
    sentences: [
      "Above 0: what stood higher did better than the median symbol afterwards. In brackets the interval of 95 %, by days; the second line is with an entry a quarter of an hour later.",
    ],
    chart: "correlations",
    table: {
      head: ["figure", ...horizons.map(([horizon]) => `next ${hoursOf(horizon)}`)],
      rows: names.flatMap((name) => [
        [nameOf(name), ...horizons.map(([, { ranked }]) => correlationText(ranked[name]?.all))],
        [`${nameOf(name)}, 15 min later`, ...horizons.map(([, { ranked }]) => correlationText(ranked[name]?.late.all))],
      ]),
    },
  };
}

/** @param {Evaluation} evaluation @returns {Section} */
function momentumSection({ scoreLess }) {
  return {
    title: "Better or worse than momentum",
    sentences: [
      "The rank correlation of the score less that of momentum, on the same days. Above 0 the score was the better forecast. What is said rests on a wider interval than the one of 95 % in brackets, since many figures are looked at.",
    ],
    table: {
      head: ["next", "score less", "difference", "said"],
      rows: Object.entries(scoreLess).flatMap(([horizon, differences]) =>
        Object.entries(differences).map(([than, found]) => [
          hoursOf(horizon),
          nameOf(than),
          correlationText(found === null ? null : { ...found, ratio: found.difference }),
          comparisonText(found),
        ]),
      ),
    },
  };
}

/** @param {Evaluation} evaluation @returns {Section} */
function linesSection({ summary }) {
  return {
    title: "Beyond the lines",
    sentences: [
      "The share of readings beyond a line that beat the median symbol. Moments with more than half of the symbols beyond a line of the score are left out, and counted in the last column.",
    ],
    table: {
      head: ["next", "beyond", "beat the median", "readings", "said", "left out"],
      rows: Object.entries(summary.horizons).flatMap(([horizon, { lines }]) =>
        Object.entries(lines).map(([name, { all, claim, crowded }]) => [
          hoursOf(horizon),
          nameOf(name),
          shareText(all),
          count(all?.readings ?? 0),
          claimText(claim, "more often", "less often"),
          count(crowded?.readings ?? 0),
        ]),
      ),
    },
  };
}
