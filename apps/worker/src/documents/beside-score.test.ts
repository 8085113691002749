import type { Candles, SymbolInputs } from "@pulseboard/engine";
import { priceMoves } from "@pulseboard/engine";
import {
  type AnalysisDocument,
  analysisKey,
  type OutlookGates,
  parseAnalysis,
  parseSnapshot,
  parseSymbols,
  SNAPSHOT_KEY,
  SYMBOLS_KEY,
} from "@pulseboard/snapshot";
import { describe, expect, it } from "vitest";
import { nextMarketState } from "../next-market-state.ts";
import type { RefreshInput } from "../state/market-state.ts";
import { generateRefreshInput } from "../testing/generate-refresh-input.ts";
import { buildDocuments } from "./build-documents.ts";
import { loadMarketState } from "./load-market-state.ts";

const META = { origin: "simulator", simulated: true, periodMs: 30_000 };
const HOURS = [1, 4, 24, 72];
const market = generateRefreshInput({ symbols: 12 });
const documents = documentsOf(market);

function documentsOf(input: RefreshInput): ReadonlyMap<string, string> {
  return buildDocuments(nextMarketState(input, null), META, 7, 1_780_000_000_123, (_symbol, error) => {
    throw error;
  }).documents;
}

function symbolsOf(input: RefreshInput): NonNullable<RefreshInput["symbols"]> {
  if (input.symbols === null) {
    throw new Error("a generated input is complete");
  }
  return input.symbols;
}

function rowsOf(from: ReadonlyMap<string, string>) {
  const parsed = parseSymbols(from.get(SYMBOLS_KEY) ?? "");
  if (!parsed.ok) {
    throw new Error(parsed.problem);
  }
  return parsed.symbols;
}

function rowOf(from: ReadonlyMap<string, string>, symbol: string) {
  return rowsOf(from).symbols.find((row) => row.symbol === symbol);
}

function analysisOf(from: ReadonlyMap<string, string>, symbol: string): AnalysisDocument {
  const parsed = parseAnalysis(from.get(analysisKey(symbol)) ?? "");
  if (!parsed.ok) {
    throw new Error(parsed.problem);
  }
  return parsed.analysis;
}

/** The market with the moves of one symbol made of these inputs. */
function withInputs(symbol: string, change: (inputs: SymbolInputs) => SymbolInputs): RefreshInput {
  const symbols = symbolsOf(market);
  const scored = symbols.scored.map((each) => {
    const inputs = symbols.inputs.get(symbol);
    return each.analysis.symbol === symbol && inputs !== undefined
      ? { ...each, moves: priceMoves(change(inputs)) }
      : each;
  });
  const own = scored.find(({ analysis }) => analysis.symbol === symbol);
  const bitcoinReturns = symbol === "BTCUSDT" && own ? own.moves.hourlyReturns : symbols.bitcoinReturns;
  return { ...market, symbols: { ...symbols, scored, bitcoinReturns } };
}

const withoutCandles = (inputs: SymbolInputs): SymbolInputs => ({
  ...inputs,
  candles: { ...inputs.candles, "30m": { known: false, reason: "not_provided", periodMs: 1_800_000 } },
});

describe("beside a score", () => {
  it("the outlook is what its document's own figures give, and the market's moves are those of all symbols", () => {
    const all = symbolsOf(market).scored.map(({ analysis }) => analysisOf(documents, analysis.symbol));
    for (const { symbol, outlook } of all) {
      const { revm, moves = [], hourly_deviation: usual, sentence } = outlook ?? {};
      expect(moves.map(({ hours }) => hours)).toEqual(HOURS);
      const parts = moves.map(({ hours, own_log_move: own, market_log_move: mean, deviations }) => {
        expect(deviations).toBeCloseTo((own - mean) / ((usual ?? Number.NaN) * Math.sqrt(hours)), 4);
        return Math.tanh(deviations);
      });
      expect(revm).toBeCloseTo(-parts.reduce((sum, part) => sum + part, 0) / 4, 6);
      expect(sentence).toMatch(new RegExp(`^${symbol} (ran|fell|moved) `));
      expect(rowOf(documents, symbol)?.outlook).toBeCloseTo(revm ?? Number.NaN, 4);
    }
    for (const index of HOURS.keys()) {
      const moves = all.map(({ outlook }) => outlook?.moves[index]);
      const mean = moves.reduce((sum, move) => sum + (move?.own_log_move ?? Number.NaN), 0) / moves.length;
      expect(moves[3]?.market_log_move).toBeCloseTo(mean, 9);
    }
  });

  it("beta, correlation and own move are those of the hourly returns", () => {
    const { inputs } = symbolsOf(market);
    const returnsOf = (symbol: string) => {
      const input = inputs.get(symbol)?.candles["30m"];
      const close: ArrayLike<number> = input?.known ? input.value.close : [];
      const at = (hoursAgo: number) => Math.log(close[close.length - 1 - 2 * hoursAgo] ?? Number.NaN);
      return Array.from({ length: 168 }, (_, h) => at(h) - at(h + 1));
    };
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const product = (a: readonly number[], b: readonly number[]) =>
      mean(a.map((value, i) => (value - mean(a)) * ((b[i] ?? Number.NaN) - mean(b))));
    const bitcoin = returnsOf("BTCUSDT");
    for (const { symbol, beta_btc, correlation_btc, own_move_24h } of rowsOf(documents).symbols) {
      const own = returnsOf(symbol);
      const beta = product(own, bitcoin) / product(bitcoin, bitcoin);
      const day = (values: readonly number[]) => 24 * mean(values.slice(0, 24));
      expect(beta_btc).toBeCloseTo(beta, 3);
      expect(correlation_btc).toBeCloseTo(
        product(own, bitcoin) / Math.sqrt(product(own, own) * product(bitcoin, bitcoin)),
        3,
      );
      expect(own_move_24h).toBeCloseTo(100 * (Math.exp(day(own) - beta * day(bitcoin)) - 1), 4);
      expect(analysisOf(documents, symbol).against_btc).toMatchObject({
        beta: expect.closeTo(beta, 5),
        own_move_24h,
        hourly_returns: 168,
        reason: null,
      });
    }
    expect(rowOf(documents, "BTCUSDT")).toMatchObject({ beta_btc: 1, correlation_btc: 1, own_move_24h: 0 });
  });

  it("a symbol with less than 72 h of candles has neither, and the reason", () => {
    const young = (inputs: SymbolInputs): SymbolInputs => {
      const candles = inputs.candles["30m"];
      const value = candles.known ? newest(candles.value, 144) : null;
      return value === null
        ? inputs
        : { ...inputs, candles: { ...inputs.candles, "30m": { ...candles, value } as SymbolInputs["candles"]["30m"] } };
    };
    const from = documentsOf(withInputs("ETHUSDT", young));
    const unknown = { outlook: null, beta_btc: null, correlation_btc: null, own_move_24h: null };
    expect(rowOf(from, "ETHUSDT")).toMatchObject(unknown);
    for (const name of Object.keys(unknown)) {
      expect(rowsOf(from).missing[`symbols.ETHUSDT.${name}`]).toBe("too_short");
    }
    expect(analysisOf(from, "ETHUSDT")).toMatchObject({
      outlook: { revm: null, reason: "too_short", sentence: null, moves: [] },
      against_btc: { beta: null, reason: "too_short" },
    });
    expect(rowOf(from, "SOLUSDT")?.beta_btc).toBe(rowOf(documents, "SOLUSDT")?.beta_btc);
  });

  it("without Bitcoin's candles no symbol has a beta, but an outlook", () => {
    const from = documentsOf(withInputs("BTCUSDT", withoutCandles));
    expect(rowOf(from, "ETHUSDT")).toMatchObject({ beta_btc: null, outlook: expect.any(Number) });
    expect(rowsOf(from).missing["symbols.ETHUSDT.beta_btc"]).toBe("not_provided");
  });

  it("below 10 symbols there is no outlook", () => {
    const from = documentsOf(generateRefreshInput({ symbols: 9 }));
    expect(rowOf(from, "BTCUSDT")).toMatchObject({ outlook: null, beta_btc: 1 });
    expect(rowsOf(from).missing["symbols.BTCUSDT.outlook"]).toBe("not_enough_symbols");
  });
});

describe("whether the outlook is shown", () => {
  const gates: OutlookGates = {
    "1h": { shown: true, why: "record_agrees" },
    "4h": { shown: false, why: "no_difference" },
  };

  it("is said by the snapshot and by each analysis, and survives a restart", () => {
    // The record knows more of a gate.
    const known = { ...gates, "1h": { ...gates["1h"], t: 2.7, days: 40 } };
    const from = documentsOf({ ...market, outlookGates: known });
    const snapshot = parseSnapshot(from.get(SNAPSHOT_KEY) ?? "");
    expect(snapshot.ok && snapshot.snapshot.outlook_gates).toEqual(gates);
    expect(analysisOf(from, "BTCUSDT").outlook_gates).toEqual(gates);
    const loaded = loadMarketState(from, "simulator");
    expect("state" in loaded && loaded.state.outlookGates).toEqual(gates);
  });

  it("is never said without the record's consent", () => {
    const wrong = { ...gates, "4h": { shown: true, why: "no_difference" } } as const;
    expect(() => documentsOf({ ...market, outlookGates: wrong })).toThrow("outlook_gates");
  });
});

it("documents of a worker before it had any of these are read, and so are those of this one without them", () => {
  const taken = /"(?:outlook|beta_btc|correlation_btc|own_move_24h)":-?[\d.e-]+,|,"outlook_gates":\{.*?\}\}/g;
  const older = new Map(
    [...documents].map(([key, text]) => {
      const { outlook: _outlook, against_btc: _against, ...rest } = JSON.parse(text.replace(taken, ""));
      return [key, JSON.stringify(rest)];
    }),
  );
  expect(Object.keys(rowOf(older, "ETHUSDT") ?? {})).not.toContain("outlook");
  const loaded = loadMarketState(older, "simulator");
  if (!("state" in loaded)) {
    throw new Error(loaded.problem);
  }
  expect(loaded.state.scores.value.size).toBe(12);
  expect(loaded.state.outlookGates["1h"]).toEqual({ shown: false, why: "collecting" });
  const kept = nextMarketState({ ...market, asOfMs: market.asOfMs + 1000, symbols: null }, loaded.state);
  expect(buildDocuments(kept, META, 8, 1_780_000_000_123, () => {}).documents.size).toBe(older.size);
});

function newest(candles: Candles, count: number): Candles {
  const cut = (column: Float64Array) => column.slice(-count);
  return {
    intervalMs: candles.intervalMs,
    openTimeMs: cut(candles.openTimeMs),
    open: cut(candles.open),
    high: cut(candles.high),
    low: cut(candles.low),
    close: cut(candles.close),
    volumeBase: cut(candles.volumeBase),
  };
}
