import { classifyRegime, computeMarketFigures, dwellOnRegime } from "@pulseboard/engine";
import { closeAt, DAY_MS, MINUTE_MS, QUARTER_MS } from "./recorded-scores.mjs";
import { meanOf } from "./statistics.mjs";

/** The regime needs 10 scored symbols and 50 eligible ones; eight times seven are enough, and leave mean, breadth and dispersion as they are. */
const COUNTED_TIMES = 8;

/** @typedef {import("./recorded-scores.mjs").RecordedSymbol} RecordedSymbol */

/**
 * What the regime says of the recorded symbols, refreshed minute by minute: the share of time of each category, and how often
 * the shown name and the computed one change in a day.
 *
 * @param {readonly RecordedSymbol[]} symbols
 */
export function marketDirection(symbols) {
  const [first] = symbols;
  const moments = first?.series.timeMs ?? [];
  const signalsAt = (/** @type {"series" | "weekBefore"} */ part, /** @type {number} */ i) =>
    symbols.map((symbol) => symbol[part].weightedSignal[i] ?? Number.NaN).filter(Number.isFinite);
  // The recording begins five days before that week, so that not every symbol has a score then.
  let samples = (first?.weekBefore.timeMs ?? []).flatMap((timeMs, i) => {
    const known = signalsAt("weekBefore", i);
    return known.length === 0 ? [] : [{ timeMs, value: meanOf(known) }];
  });
  /** @type {Record<string, number>} */
  const minutesOf = {};
  /** @type {import("@pulseboard/engine").RegimeDwell | null} */
  let dwell = null;
  const computed = [];
  const shown = [];
  for (const [i, timeMs] of moments.entries()) {
    const signals = signalsAt("series", i);
    if (timeMs % QUARTER_MS === 0) {
      samples = [...samples, { timeMs, value: meanOf(signals) }].filter(
        (sample) => sample.timeMs > timeMs - 7 * DAY_MS,
      );
    }
    const { breadth, dispersionPercent } = computeMarketFigures(repeated(symbols.map(tickerAt(timeMs))));
    const regime = classifyRegime({
      weightedSignals: repeated(signals),
      samples: samples.map(({ value }) => value),
      breadth,
      dispersionPercent,
      fearGreedValue: null,
      btcDominanceChange24h: null,
    });
    if (!regime.known) {
      throw new Error(`no regime at ${new Date(timeMs).toISOString()}: ${regime.reason}`);
    }
    minutesOf[regime.category] = (minutesOf[regime.category] ?? 0) + 1;
    const name = `${regime.category}: ${regime.label}`;
    const dwelling = dwellOnRegime(name, timeMs, MINUTE_MS, dwell);
    dwell = dwelling.dwell;
    computed.push(name);
    shown.push(dwelling.shown);
  }
  const days = (moments.length * MINUTE_MS) / DAY_MS;
  const shareOf = (/** @type {string} */ category) => (minutesOf[category] ?? 0) / moments.length;
  return { shareOf, shownChangesADay: changes(shown) / days, computedChangesADay: changes(computed) / days };
}

/** @template T @param {readonly T[]} values @returns {T[]} */
function repeated(values) {
  return Array.from({ length: COUNTED_TIMES }, () => values).flat();
}

/** @param {readonly unknown[]} names */
function changes(names) {
  return names.filter((name, i) => i > 0 && name !== names[i - 1]).length;
}

/** @param {number} timeMs @returns {(recorded: RecordedSymbol) => import("@pulseboard/engine").Ticker} */
function tickerAt(timeMs) {
  return ({ symbol, candles }) => {
    const lastPrice = closeAt(candles, timeMs);
    const price24hAgo = closeAt(candles, timeMs - DAY_MS);
    return {
      symbol,
      baseCoin: symbol.replace("USDT", ""),
      lastPrice,
      price24hAgo,
      change24hPercent: (lastPrice / price24hAgo - 1) * 100,
      markPrice: null,
      indexPrice: null,
      high24h: null,
      low24h: null,
      volume24hBase: null,
      turnover24hUsd: null,
      openInterestBase: null,
      openInterestUsd: null,
      fundingRate8h: null,
      fundingIntervalHours: null,
      nextFundingAtMs: null,
      bidPrice: null,
      askPrice: null,
    };
  };
}
