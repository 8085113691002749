import { MAX_SYMBOL_COUNT } from "@pulseboard/runtime";
import { ALERTS_KEY, type Alert, analysisKey, HISTORY_KEY, SYMBOLS_KEY, WORKER_STATE_KEY } from "@pulseboard/snapshot";
import { expect, it } from "vitest";
import { nextMarketState } from "../next-market-state.ts";
import type { MarketState, Samples, ScoredSymbol } from "../state/market-state.ts";
import { scoreReasons } from "../state/scores.ts";
import { generateRefreshInput } from "../testing/generate-refresh-input.ts";
import { buildDocuments } from "./build-documents.ts";
import { loadMarketState } from "./load-market-state.ts";

const META = { origin: "simulator", simulated: true, periodMs: 30_000 };
/** memcached's default limit for an item, less than which the text must be: it holds the key, a name of its own and some flags. */
const MEMCACHED_ITEM_BYTES = 2 ** 20 - 512;
/** Symbols are remembered for some hours after they have left the scored ones. */
const REMEMBERED = Math.round(1.2 * MAX_SYMBOL_COUNT);
const DAY_S = 86_400;

const state = nextMarketState(generateRefreshInput({ symbols: 6 }), null);
const nowS = Math.floor(state.asOfMs / 1000);
const nameOf = (index: number): string => `${String(index).padStart(16, "X")}USDT`;

/** As many samples as are kept, the last one now. */
const samples = (count: number, apartS: number, value: number): Samples => ({
  at: Array.from({ length: count }, (_, index) => nowS - (count - 1 - index) * apartS),
  value: Array.from({ length: count }, () => value),
});

function byName<T>(count: number, value: (index: number) => T): Record<string, T> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [nameOf(index), value(index)]));
}

/** The state of as many symbols as can be, whose names, numbers and histories are as long as can be. */
function largest(): MarketState {
  const known = [...state.scores.value.values()];
  const value = new Map<string, ScoredSymbol>();
  for (let index = 0; index < MAX_SYMBOL_COUNT; index++) {
    const one = known[index % known.length];
    if (one === undefined) {
      throw new Error("there are scores");
    }
    value.set(nameOf(index), { ...one, analysis: { ...one.analysis, symbol: nameOf(index) } });
  }
  const share = -0.123_456_789_012_345_6;
  const contributions = {
    technical: share,
    volume: share,
    orderflow: share,
    orderbook: share,
    sentiment: share,
    price_structure: share,
  };
  const alert = (index: number): Alert => ({
    method_version: 2,
    id: `signal:${nameOf(index)}:${nowS - index}`,
    message: "m".repeat(200),
    timestamp: nowS - index,
    unix_timestamp: nowS - index,
    alert_type: "signal",
    level: "info",
    symbol: nameOf(index),
    details: { direction: "bullish", score: 65.43, threshold: 65, reliability: 0.8123, price: 0.000_012_345_67 },
  });
  return {
    ...state,
    scores: {
      ...state.scores,
      value,
      missing: scoreReasons(value),
      provenance: { ...state.scores.provenance, received: value.size },
    },
    averages: new Map(Object.entries(byName(REMEMBERED, () => ({ contributions, asOfMs: state.asOfMs })))),
    history: {
      ...state.history,
      scores: byName(REMEMBERED, () => samples(24, 900, 12.34)),
      dispersion: samples(DAY_S / 30, 30, 12.3456),
    },
    alerts: {
      ...state.alerts,
      alerts: Array.from({ length: 100 }, (_, index) => alert(index)),
      zones: byName(REMEMBERED, () => ({ zone: "bullish", last_seen: nowS, last_signal: nowS }) as const),
    },
  };
}

it("the documents of the most symbols that are scored fit their limits and memcached's items, and are read back whole", () => {
  const shown = largest();
  const { documents } = buildDocuments(shown, META, 123_456_789, 1_780_000_000_123, (_symbol, error) => {
    throw error;
  });
  const bytes = new Map([...documents].map(([key, text]) => [key, Buffer.byteLength(text)]));
  const named = [SYMBOLS_KEY, WORKER_STATE_KEY, HISTORY_KEY, ALERTS_KEY].map((key) => `${key}: ${bytes.get(key)}`);
  console.log(
    `${MAX_SYMBOL_COUNT} symbols, bytes: ${named.join(", ")}; all: ${[...bytes.values()].reduce((a, b) => a + b)}`,
  );
  for (const [key, size] of bytes) {
    expect(size, key).toBeLessThan(MEMCACHED_ITEM_BYTES - key.length);
  }
  expect(documents.has(analysisKey(nameOf(MAX_SYMBOL_COUNT - 1)))).toBe(true);
  const symbols = JSON.parse(documents.get(SYMBOLS_KEY) ?? "").symbols;
  expect(symbols).toHaveLength(MAX_SYMBOL_COUNT);
  expect(symbols.every((row: { score_history: unknown[] }) => row.score_history.length === 24)).toBe(true);
  const loaded = loadMarketState(documents, "simulator");
  if (!("state" in loaded)) {
    throw new Error(loaded.problem);
  }
  expect([loaded.alertsProblem, loaded.workerStateProblem]).toEqual([null, null]);
  expect(loaded.state.scores.value.size).toBe(MAX_SYMBOL_COUNT);
  expect(loaded.state.history).toEqual(shown.history);
});
