import { foldScore, scoreSymbol } from "@pulseboard/engine";
import { createExchangeGateway, EXCHANGE_DURATIONS } from "@pulseboard/exchange";
import { startSimulator } from "@pulseboard/simulator";

const PERIOD_MS = 30_000;
/** Five seconds after the close of a minute, as the schedule has it. */
const START_MS = Date.UTC(2026, 5, 9, 12, 0, 5);
/** The demo's. */
const SEED = 42;
const MARKET_SIZE = 520;
const SCORED = 50;

/**
 * The published scores of the demo, refresh by refresh, with all inputs: the simulator's market, collected as the worker does
 * it. Time stands still while a refresh collects, so that the same market gives the same scores on any machine.
 *
 * @param {{ refreshes: number, symbols?: number }} options
 * @returns {Promise<Map<string, { score: number, scoreNow: number }>[]>} by symbol, for each refresh
 */
export async function scoreDemo({ refreshes, symbols = SCORED }) {
  const { clock, goOn } = standingClock();
  const simulator = await startSimulator({
    market: { kind: "generated", seed: SEED, symbolCount: MARKET_SIZE },
    port: 0,
    speed: 1,
    banMs: 1000,
    startAtMs: START_MS,
    // All requests of a refresh come at the same moment.
    rateLimit: { requests: 1_000_000, windowMs: 5000 },
    clock,
  });
  const gateway = createExchangeGateway({
    baseUrl: simulator.url,
    simulated: true,
    budgetShare: 1,
    refreshPeriodMs: PERIOD_MS,
    clock,
    random: () => 0.5,
    log: { info: () => undefined, warn: (_fields, message) => console.warn(message) },
    durations: EXCHANGE_DURATIONS,
  });
  const averages = new Map();
  /** @type {ReadonlySet<string> | null} */
  let chosen = null;
  const scored = [];
  const { signal } = new AbortController();
  try {
    for (let refresh = 0; refresh < refreshes; refresh++) {
      const { asOfMs, tickers } = await gateway.collectMarket(signal);
      // The same symbols all the time: the last places come and go.
      chosen ??= new Set(byTurnover(tickers).slice(0, symbols));
      const names = chosen;
      const wanted = tickers.filter(({ symbol }) => names.has(symbol));
      const collected = await Promise.all(wanted.map((ticker) => gateway.collectSymbol(ticker, asOfMs, signal)));
      const scores = new Map();
      for (const { inputs } of collected) {
        const analysis = scoreSymbol(inputs);
        const published = foldScore(analysis, asOfMs, averages.get(inputs.symbol) ?? null);
        if (published !== null && analysis.score !== null) {
          averages.set(inputs.symbol, published.average);
          scores.set(inputs.symbol, { score: published.score, scoreNow: analysis.score });
        }
      }
      scored.push(scores);
      goOn(PERIOD_MS);
    }
  } finally {
    await gateway.close();
    await simulator.close();
  }
  return scored;
}

/** @param {readonly import("@pulseboard/engine").Ticker[]} tickers @returns {string[]} */
function byTurnover(tickers) {
  const ranked = tickers.toSorted((a, b) => (b.turnover24hUsd ?? 0) - (a.turnover24hUsd ?? 0));
  return ranked.map(({ symbol }) => symbol);
}

/** A clock that only `goOn` moves. Nothing waits on it but timeouts, and the simulator answers always. */
function standingClock() {
  let elapsedMs = 0;
  return {
    clock: {
      nowMs: () => START_MS + elapsedMs,
      monotonicMs: () => elapsedMs,
      sleep: (/** @type {number} */ _ms, /** @type {AbortSignal} */ signal) =>
        /** @type {Promise<void>} */ (
          new Promise((_resolve, reject) => {
            signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
          })
        ),
    },
    goOn: (/** @type {number} */ ms) => {
      elapsedMs += ms;
    },
  };
}
