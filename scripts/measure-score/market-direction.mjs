import { classifyRegime, computeMarketFigures, dwellOnRegime, REGIME } from "@pulseboard/engine";
import { closeAt } from "./recorded-candles.mjs";
import { DAY_MS, MINUTE_MS, QUARTER_MS } from "./recorded-scores.mjs";
import { meanOf } from "./statistics.mjs";

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
  const samples = (first?.weekBefore.timeMs ?? []).flatMap((timeMs, i) => {
    const known = signalsAt("weekBefore", i);
    return known.length === 0 ? [] : [{ timeMs, value: meanOf(known) }];
  });
  /** @type {Record<string, number>} */
  const minutesOf = {};
  const follow = followRegime(samples, MINUTE_MS);
  const computed = [];
  const shown = [];
  for (const [i, timeMs] of moments.entries()) {
    const regime = follow(timeMs, signalsAt("series", i), symbols);
    if (regime.category === null) {
      throw new Error(`no regime at ${new Date(timeMs).toISOString()}`);
    }
    minutesOf[regime.category] = (minutesOf[regime.category] ?? 0) + 1;
    computed.push(regime.name);
    shown.push(regime.shown);
  }
  const days = (moments.length * MINUTE_MS) / DAY_MS;
  const shareOf = (/** @type {string} */ category) => (minutesOf[category] ?? 0) / moments.length;
  return { shareOf, shownChangesADay: changes(shown) / days, computedChangesADay: changes(computed) / days };
}

/**
 * Follows the regime through refreshes that are given one after another.
 *
 * @param {readonly { timeMs: number, value: number }[]} before samples of mean W of the week before
 * @param {number} periodMs between two refreshes
 */
export function followRegime(before, periodMs) {
  let samples = before;
  /** @type {import("@pulseboard/engine").RegimeDwell | null} */
  let dwell = null;
  /**
   * @param {number} timeMs @param {readonly number[]} signals W of each scored symbol
   * @param {readonly { symbol: string, candles: import("./recorded-candles.mjs").CandlesByTimeframe }[]} symbols
   * @returns {{ category: string | null, name: string | null, shown: string | null }} by the figures of now, and what is shown
   */
  return (timeMs, signals, symbols) => {
    if (timeMs % QUARTER_MS === 0 && signals.length > 0) {
      samples = [...samples, { timeMs, value: meanOf(signals) }].filter(
        (sample) => sample.timeMs > timeMs - REGIME.keepSamplesMs,
      );
    }
    // A symbol whose candles have a hole now, or had one a day ago, has no change.
    const tickers = symbols.map(tickerAt(timeMs)).filter(({ change24hPercent }) => change24hPercent !== null);
    const times = Math.max(1, Math.ceil(REGIME.minEligible / Math.max(1, tickers.length)));
    const { breadth, dispersionPercent } = computeMarketFigures(repeated(tickers, times));
    const regime = classifyRegime({
      weightedSignals: repeated(signals, times),
      samples: samples.map(({ value }) => value),
      breadth,
      dispersionPercent,
      fearGreedValue: null,
      btcDominanceChange24h: null,
    });
    const name = regime.known ? `${regime.category}: ${regime.label}` : null;
    const dwelling = dwellOnRegime(name, timeMs, periodMs, dwell);
    dwell = dwelling.dwell;
    return { category: regime.known ? regime.category : null, name, shown: dwelling.shown };
  };
}

/**
 * The regime needs 10 scored symbols and 50 eligible ones: fewer are counted several times, which leaves mean, breadth and
 * dispersion as they are.
 * @template T @param {readonly T[]} values @param {number} times @returns {T[]}
 */
function repeated(values, times) {
  return Array.from({ length: times }, () => values).flat();
}

/** How often the next name is another one. @param {readonly unknown[]} names */
export function changes(names) {
  return names.filter((name, i) => i > 0 && name !== names[i - 1]).length;
}

/** @param {number} timeMs @returns {(recorded: Pick<RecordedSymbol, "symbol" | "candles">) => import("@pulseboard/engine").Ticker} */
function tickerAt(timeMs) {
  return ({ symbol, candles }) => {
    const lastPrice = closeAt(candles, timeMs);
    const price24hAgo = closeAt(candles, timeMs - DAY_MS);
    const change24hPercent = (lastPrice / price24hAgo - 1) * 100;
    return {
      symbol,
      baseCoin: symbol.replace("USDT", ""),
      lastPrice,
      price24hAgo,
      change24hPercent: Number.isFinite(change24hPercent) ? change24hPercent : null,
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
