// What the history of these tests is made of: the same refresh for the same number in every process.
const START_MS = Date.UTC(2026, 2, 2, 0, 0, 5);
/** Three refreshes an hour, each the first of its quarter; a day is over after 72. */
const PERIOD_MS = 1_200_000;

/** @param {number} asOfMs @returns {number} */
export function numberOf(asOfMs) {
  return (asOfMs - START_MS) / PERIOD_MS;
}

/** @param {number} number @returns {import("@pulseboard/history").HistoryRefresh} */
export function madeRefresh(number) {
  return {
    asOfMs: START_MS + number * PERIOD_MS,
    periodMs: PERIOD_MS,
    sequence: number + 1,
    direction: number % 2 === 0 ? "bullish" : null,
    rows: Array.from({ length: 30 }, (_, slot) => {
      const figure = (/** @type {number} */ step) => ((number * 31 + slot * 17 + step * 7) % 101) / 100;
      return {
        symbol: `COIN${slot + 10}USDT`,
        scored: true,
        score: Math.round(figure(1) * 10_000) / 100,
        weightedSignal: figure(2),
        relative: null,
        components: {
          technical: figure(3),
          volume: figure(4),
          orderflow: null,
          orderbook: figure(5),
          sentiment: figure(6),
          price_structure: figure(7),
        },
        outlook: null,
        reliability: figure(8),
        momentum1h: figure(9),
        momentum24h: figure(10),
        rating30m: figure(11),
        markPrice: 1000 + number + slot,
        fundingRate: 0.0001,
        openInterestUsd: 1_000_000 + 1000 * slot,
        turnoverUsd: 5000,
        knownInputs: 2047,
      };
    }),
  };
}
