import type { Ticker } from "@pulseboard/engine";

/** A scored symbol stays until its rank passes this multiple of the count, so that the last places do not flicker. */
const STAY_FACTOR = 1.2;

/**
 * Selects the symbols to score: the first `count` by 24 h turnover, where those scored before take precedence up to a
 * rank of 1.2 times `count`. Symbols of unknown turnover are never selected.
 * @returns tickers, highest turnover first, at most `count`
 */
export function selectSymbols(
  tickers: readonly Ticker[],
  before: ReadonlySet<string>,
  count: number,
): readonly Ticker[] {
  const ranked = tickers
    .filter((ticker) => ticker.turnover24hUsd !== null)
    .toSorted((a, b) => (b.turnover24hUsd ?? 0) - (a.turnover24hUsd ?? 0) || (a.symbol < b.symbol ? -1 : 1));
  const staying = ranked.slice(0, Math.floor(count * STAY_FACTOR)).filter((ticker) => before.has(ticker.symbol));
  const chosen = new Set(staying.slice(0, count).map((ticker) => ticker.symbol));
  for (const ticker of ranked) {
    if (chosen.size >= count) {
      break;
    }
    chosen.add(ticker.symbol);
  }
  return ranked.filter((ticker) => chosen.has(ticker.symbol));
}
