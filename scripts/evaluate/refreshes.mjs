import { logMove, outlooks, priceMoves, relativeScores } from "@pulseboard/engine";
import { directionOf, pricedRow } from "@pulseboard/history";
import { followRegime } from "../measure-score/market-direction.mjs";
import { closeAt } from "../measure-score/recorded-candles.mjs";
import { candleInputs } from "../measure-score/recorded-scores.mjs";
import { foldTimes } from "./symbol-scores.mjs";

/** @typedef {import("./plan.mjs").Plan} Plan */
/** @typedef {import("./plan.mjs").RecordedMarket} RecordedMarket */
/** @typedef {import("./symbol-scores.mjs").SymbolScores} SymbolScores */
/** @typedef {import("@pulseboard/history").HistoryRow & { readonly scoreNow: number | null }} EvaluatedRow */
/** @typedef {{ category: string | null, name: string | null, shown: string | null }} ShownRegime */
/**
 * One refresh of the recorded market.
 *
 * @typedef {import("@pulseboard/history").RecordRefresh<EvaluatedRow> & { readonly regime: ShownRegime }} EvaluatedRefresh
 */

/**
 * The recorded market refresh by refresh, as the worker would have kept it: at a moment that counts with all figures, between them
 * with prices alone. What is made of a refresh is made from candles that had closed by then. A recording has no mark prices: the
 * close of the minute stands for them. A symbol is listed from its first minute to its last.
 *
 * @param {readonly RecordedMarket[]} market @param {readonly SymbolScores[]} scores of the same symbols @param {Plan} plan
 * @param {number} minSymbols of the relative score and of the outlook
 * @returns {Generator<EvaluatedRefresh>}
 */
export function* refreshesOf(market, scores, plan, minSymbols) {
  const follow = followRegime([], plan.foldMs);
  for (const [place, asOfMs] of foldTimes(plan).entries()) {
    const listed = market.flatMap((recorded, index) => {
      const own = scores[index];
      return own !== undefined && isListed(recorded, asOfMs) ? [{ ...recorded, own }] : [];
    });
    const scored = listed.flatMap(({ symbol, own }) => {
      const weightedSignal = own.weightedSignal[place] ?? Number.NaN;
      return Number.isNaN(weightedSignal) ? [] : [{ symbol, weightedSignal }];
    });
    const signals = scored.map(({ weightedSignal }) => weightedSignal);
    const regime = follow(asOfMs, signals, listed);
    const isMoment = asOfMs >= plan.fromMs && asOfMs % plan.everyMs === 0;
    const prices = listed.map(({ symbol, candles }) => priceRow(symbol, known(closeAt(candles, asOfMs))));
    yield {
      asOfMs,
      periodMs: plan.foldMs,
      direction: regime.shown === null ? null : directionOf(regime.shown),
      rows: isMoment ? momentRows(prices, listed, { place, asOfMs, minSymbols, scored }) : prices,
      regime,
    };
  }
}

/**
 * @param {readonly EvaluatedRow[]} prices @param {readonly (RecordedMarket & { own: SymbolScores })[]} listed
 * @param {{ place: number, asOfMs: number, minSymbols: number, scored: readonly import("@pulseboard/engine").PublishedSignal[] }} moment
 * @returns {EvaluatedRow[]}
 */
function momentRows(prices, listed, { place, asOfMs, minSymbols, scored }) {
  const names = new Set(scored.map(({ symbol }) => symbol));
  const relative = relativeScores(scored, minSymbols);
  const inputs = new Map(listed.map(({ symbol, candles }) => [symbol, candleInputs(candles, asOfMs)]));
  const ofScored = [...inputs].filter(([symbol]) => names.has(symbol));
  const outlook = outlooks(
    ofScored.map(([symbol, own]) => ({ symbol, moves: priceMoves(own) })),
    minSymbols,
  );
  return prices.map((row, index) => {
    const { symbol, own } = listed[index] ?? {};
    const figures = own?.moments.get(asOfMs);
    const candles = symbol === undefined ? undefined : inputs.get(symbol);
    if (symbol === undefined || own === undefined || figures === undefined || candles === undefined) {
      throw new Error(`no figures of ${row.symbol} at ${asOfMs}`);
    }
    const ofSymbol = outlook.get(symbol);
    return names.has(symbol)
      ? {
          ...row,
          ...figures,
          scored: true,
          score: known(own.score[place]),
          weightedSignal: known(own.weightedSignal[place]),
          relative: relative?.get(symbol)?.relative ?? null,
          outlook: ofSymbol?.known === true ? ofSymbol.revm : null,
          momentum1h: moveOf(candles, 1),
          momentum24h: moveOf(candles, 24),
          scoreNow: known(own.scoreNow[place]),
        }
      : row;
  });
}

/** @param {ReturnType<typeof candleInputs>} inputs @param {number} hours */
function moveOf(inputs, hours) {
  const move = logMove(inputs, "5m", hours);
  return typeof move === "number" ? move : null;
}

/** @param {RecordedMarket} recorded @param {number} timeMs */
function isListed({ candles: { "1m": minutes } }, timeMs) {
  const { openTimeMs, intervalMs } = minutes;
  const [first = Number.NaN, last = Number.NaN] = [openTimeMs[0], openTimeMs.at(-1)];
  return first + intervalMs <= timeMs && timeMs <= last + intervalMs;
}

/** @param {string} symbol @param {number | null} markPrice @returns {EvaluatedRow} */
function priceRow(symbol, markPrice) {
  return { ...pricedRow(symbol, markPrice), scoreNow: null };
}

/** @param {number | undefined} value */
function known(value) {
  return value === undefined || Number.isNaN(value) ? null : value;
}
