import { LIVE_FIGURES } from "@pulseboard/history";

/** @typedef {import("./refreshes.mjs").EvaluatedRow} EvaluatedRow */

/** What recorded candles cannot say: these components have no input but a book, trades or figures of positions. */
export const UNKNOWN_FROM_CANDLES = ["orderflow", "orderbook", "sentiment"];

/**
 * What the record looks at, the score of now beside the published one, and without what candles cannot say.
 *
 * @type {import("@pulseboard/history").RecordFigures<EvaluatedRow>}
 */
export const EVALUATED_FIGURES = {
  ...LIVE_FIGURES,
  ranked: [
    ...LIVE_FIGURES.ranked.slice(0, 1),
    { name: "score_now", of: ({ scoreNow }) => scoreNow },
    ...LIVE_FIGURES.ranked.slice(1).filter(({ name }) => !UNKNOWN_FROM_CANDLES.includes(name)),
  ],
  lines: [
    ...LIVE_FIGURES.lines,
    { name: "score_now_65", of: ({ scoreNow }) => scoreNow, beyond: "up", line: 65, crowdedApart: true },
    { name: "score_now_35", of: ({ scoreNow }) => scoreNow, beyond: "down", line: 35, crowdedApart: true },
  ],
};

/** The figure that was named before any result was seen. */
export const NAMED_FIGURE = /** @type {const} */ ({ horizon: "1h", line: "score_65" });

/** The figures that the score is compared with. */
export const COMPARED_WITH = ["momentum_1h", "momentum_24h"];
