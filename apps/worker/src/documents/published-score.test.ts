import { type AnalysisDocument, analysisKey, parseAnalysis, parseSymbols, SYMBOLS_KEY } from "@pulseboard/snapshot";
import { describe, expect, it } from "vitest";
import { nextMarketState } from "../next-market-state.ts";
import type { MarketState, RefreshInput } from "../state/market-state.ts";
import { generateRefreshInput } from "../testing/generate-refresh-input.ts";
import { buildDocuments } from "./build-documents.ts";
import { loadMarketState } from "./load-market-state.ts";

const SYMBOLS = 12;
const HALF_LIFE_MS = 600_000;
const META = { origin: "simulator", simulated: true, periodMs: 30_000 };

/** The same market with other prices: seeds differ in every signal. */
const markets = [1, 2, 3].map((seed) => generateRefreshInput({ symbols: SYMBOLS, seed }));

function at(laterMs: number, market = markets[0]): RefreshInput {
  if (market?.tickers == null) {
    throw new Error("a generated input is complete");
  }
  const asOfMs = market.asOfMs + laterMs;
  return { ...market, asOfMs, tickers: { ...market.tickers, asOfMs } };
}

const built = new WeakMap<MarketState, ReadonlyMap<string, string>>();

function documentsOf(state: MarketState): ReadonlyMap<string, string> {
  const known = built.get(state);
  if (known !== undefined) {
    return known;
  }
  const { documents } = buildDocuments(state, META, 7, 1_780_000_000_123, (_symbol, error) => {
    throw error;
  });
  built.set(state, documents);
  return documents;
}

type Known<Fields> = { readonly [Name in keyof Fields]-?: Exclude<Fields[Name], undefined> };

function analysisOf(state: MarketState, symbol = "BTCUSDT"): Known<AnalysisDocument> {
  const parsed = parseAnalysis(documentsOf(state).get(analysisKey(symbol)) ?? "");
  if (!parsed.ok) {
    throw new Error(parsed.problem);
  }
  return parsed.analysis as Known<AnalysisDocument>;
}

function rowsOf(state: MarketState) {
  const parsed = parseSymbols(documentsOf(state).get(SYMBOLS_KEY) ?? "");
  if (!parsed.ok) {
    throw new Error(parsed.problem);
  }
  return parsed.symbols;
}

/** The state as a process that starts now reads it. */
function loadedFrom(state: MarketState): MarketState {
  const loaded = loadMarketState(documentsOf(state), "simulator");
  if (!("state" in loaded)) {
    throw new Error(loaded.problem);
  }
  return loaded.state;
}

const scoreOf = (weightedSignal: number): number => 50 + (50 * Math.tanh(1.8 * weightedSignal)) / Math.tanh(1.8);
const sum = (of: Readonly<Record<string, number>>): number =>
  Object.values(of).reduce((total, each) => total + each, 0);

/** W by what one document says of before and now, and nothing else. */
function recomputed({ contributions: { before, now }, since_before_ms: sinceMs }: Known<AnalysisDocument>): number {
  const kept = before === null ? 0 : 2 ** (-(sinceMs ?? 0) / HALF_LIFE_MS);
  return kept * sum(before ?? {}) + (1 - kept) * sum(now);
}

describe("the published score", () => {
  it("is recomputed from its document alone to .01 of a point, refresh after refresh", () => {
    let state = nextMarketState(at(0), null);
    const moves: number[] = [];
    for (const [index, laterMs] of [30_000, 61_234, 400_000, 400_500, 3_000_000].entries()) {
      const before = state;
      state = nextMarketState(at(laterMs, markets[index % 3]), before);
      for (const symbol of state.scores.value.keys()) {
        const analysis = analysisOf(state, symbol);
        expect(Math.abs(scoreOf(recomputed(analysis)) - analysis.score)).toBeLessThanOrEqual(0.01);
        expect(Math.abs(scoreOf(analysis.weighted_signal) - analysis.score)).toBeLessThanOrEqual(0.01);
        expect(sum(analysis.contributions.after)).toBeCloseTo(analysis.weighted_signal, 7);
        // It goes on from what the document before has said.
        expect(analysis.contributions.before).toEqual(analysisOf(before, symbol).contributions.after);
        expect(analysis.since_before_ms).toBe(state.asOfMs - before.asOfMs);
        // Without a gap over 3 min the time goes on; the words name it.
        const sinceMs = state.asOfMs - before.asOfMs;
        const averagedMs = sinceMs > 180_000 ? 0 : analysisOf(before, symbol).averaged_ms + sinceMs;
        expect(analysis.averaged_ms).toBe(averagedMs);
        const minutes = /over the last (\d+) min/.exec(analysis.interpretation.overall)?.[1] ?? "0";
        expect(Number(minutes)).toBe(Math.round(averagedMs / 60_000));
        expect(analysis.interpretation.overall.includes(" before a gap. ")).toBe(laterMs >= 400_000);
        moves.push(Math.abs(analysis.score - analysis.score_now));
      }
    }
    expect(Math.max(...moves)).toBeGreaterThan(5);
  });

  it("begins with the score of now", () => {
    const { contributions, since_before_ms, score, score_now, weighted_signal, weighted_signal_now } = analysisOf(
      nextMarketState(at(0), null),
    );
    expect([contributions.before, since_before_ms]).toEqual([null, null]);
    expect(contributions.after).toEqual(contributions.now);
    expect([score, weighted_signal]).toEqual([score_now, weighted_signal_now]);
  });

  it("stands beside the score of now, which its own components add up to", () => {
    const state = nextMarketState(at(30_000, markets[1]), nextMarketState(at(0), null));
    for (const symbol of state.scores.value.keys()) {
      const { components, contributions, score_now, weighted_signal_now } = analysisOf(state, symbol);
      const ofNow = Object.values(components).reduce((total, { contribution }) => total + contribution, 0);
      expect(ofNow).toBeCloseTo(weighted_signal_now, 5);
      expect(sum(contributions.now)).toBeCloseTo(weighted_signal_now, 7);
      expect(Math.abs(scoreOf(weighted_signal_now) - score_now)).toBeLessThanOrEqual(0.01);
      const row = rowsOf(state).symbols.find((each) => each.symbol === symbol);
      expect(row).toMatchObject({ score: analysisOf(state, symbol).score, score_now });
    }
  });
});

describe("a score is averaged once a refresh", () => {
  const first = nextMarketState(at(0), null);
  const sinceOf = (state: MarketState) => analysisOf(state).since_before_ms;

  it("and not in the first publication of a process", () => {
    const half = nextMarketState({ ...at(30_000, markets[1]), symbols: null }, first);
    expect(half.averages).toEqual(first.averages);
    expect(half.scores).toEqual(first.scores);
    expect(sinceOf(nextMarketState(at(30_000, markets[1]), half))).toBe(30_000);
  });

  it("and not where scores are carried over", () => {
    const none = at(30_000);
    const carried = nextMarketState(
      { ...none, symbols: none.symbols === null ? null : { ...none.symbols, scored: [] } },
      first,
    );
    expect(carried.scores.provenance.stale).toBe(true);
    expect(carried.averages).toEqual(first.averages);
    expect(sinceOf(nextMarketState(at(60_000, markets[1]), carried))).toBe(60_000);
  });

  it("and not of a symbol with hardly any data: it is left out, and goes on from its average later", () => {
    const input = at(30_000, markets[1]);
    const [bitcoin, ...others] = input.symbols?.scored ?? [];
    if (input.symbols === null || bitcoin === undefined) {
      throw new Error("there are scores");
    }
    const { reliabilityFactors } = bitcoin.analysis;
    const thin = {
      ...bitcoin,
      analysis: { ...bitcoin.analysis, reliabilityFactors: { ...reliabilityFactors, coverage: 0.2499 } },
    };
    const state = nextMarketState({ ...input, symbols: { ...input.symbols, scored: [thin, ...others] } }, first);
    expect(state.scores.value.has("BTCUSDT")).toBe(false);
    expect(state.averages.get("BTCUSDT")).toEqual(first.averages.get("BTCUSDT"));
    expect(state.averages.get("ETHUSDT")?.asOfMs).toBe(state.asOfMs);
    expect(sinceOf(nextMarketState(at(60_000, markets[1]), state))).toBe(60_000);
  });

  it("goes on after a restart, at most an hour later, and begins anew after that", () => {
    const withoutBitcoin = (laterMs: number, before: MarketState) => {
      const input = at(laterMs, markets[1]);
      const scored = input.symbols?.scored.slice(1) ?? [];
      return nextMarketState({ ...input, symbols: input.symbols && { ...input.symbols, scored } }, before);
    };
    const anHour = withoutBitcoin(3_600_000, withoutBitcoin(1_800_000, first));
    expect(anHour.averages.get("BTCUSDT")).toEqual(first.averages.get("BTCUSDT"));
    expect(sinceOf(nextMarketState(at(3_600_000, markets[1]), anHour))).toBe(3_600_000);

    const later = withoutBitcoin(3_600_001, anHour);
    expect(later.averages.has("BTCUSDT")).toBe(false);
    expect(later.averages.size).toBe(SYMBOLS - 1);
    expect(sinceOf(nextMarketState(at(3_600_001, markets[1]), anHour))).toBeNull();
  });

  it("stays while market time stands still or went back a little, and begins anew where it went back further", () => {
    const second = nextMarketState(at(100_000, markets[1]), first);
    for (const laterMs of [100_000, 40_000]) {
      const again = nextMarketState(at(laterMs, markets[2]), second);
      expect(analysisOf(again).contributions.after).toEqual(analysisOf(second).contributions.after);
      expect(analysisOf(again).score).toBe(analysisOf(second).score);
    }
    const anew = analysisOf(nextMarketState(at(39_999, markets[2]), second));
    expect([anew.contributions.before, anew.score]).toEqual([null, anew.score_now]);
  });
});

describe("the relative score", () => {
  it("of every symbol is its W without the median of all, and the ranks go by it", () => {
    const state = nextMarketState(at(30_000, markets[1]), nextMarketState(at(0), null));
    const signals = [...state.scores.value.keys()].map((symbol) => ({
      symbol,
      signal: analysisOf(state, symbol).weighted_signal,
    }));
    const ranked = signals.toSorted((a, b) => b.signal - a.signal);
    const median = ((ranked[5]?.signal ?? 0) + (ranked[6]?.signal ?? 0)) / 2;
    const { symbols, missing } = rowsOf(state);
    expect(symbols).toHaveLength(SYMBOLS);
    for (const { symbol, relative, relative_rank } of symbols) {
      const own = signals.find((each) => each.symbol === symbol)?.signal ?? Number.NaN;
      expect(Math.abs((relative ?? Number.NaN) - scoreOf(own - median))).toBeLessThanOrEqual(0.01);
      expect(relative_rank).toBe(ranked.findIndex((each) => each.symbol === symbol) + 1);
      expect(missing).not.toHaveProperty([`symbols.${symbol}.relative`]);
    }
  });

  it("is unknown with fewer than 10 scored symbols, and says why", () => {
    const input = at(0);
    const nine = input.symbols && { ...input.symbols, scored: input.symbols.scored.slice(0, 9) };
    const { symbols, missing } = rowsOf(nextMarketState({ ...input, symbols: nine }, null));
    expect(symbols).toHaveLength(9);
    for (const { symbol, relative, relative_rank } of symbols) {
      expect([relative, relative_rank]).toEqual([null, null]);
      expect(missing[`symbols.${symbol}.relative`]).toBe("not_enough_symbols");
      expect(missing[`symbols.${symbol}.relative_rank`]).toBe("not_enough_symbols");
    }
  });
});

describe("the change of the price over 5 min", () => {
  it("is in every row, or the reason why it is not", () => {
    const input = at(0);
    const [first, second, ...others] = input.symbols?.scored ?? [];
    if (input.symbols === null || first === undefined || second === undefined) {
      throw new Error("there are scores");
    }
    const known = { value: -5.123_456, reason: null };
    const crashed = {
      ...first,
      fiveMinuteChange: { changePercent: known, deviations: { value: -7.891, reason: null } },
    };
    const flat = {
      ...second,
      fiveMinuteChange: { changePercent: known, deviations: { value: null, reason: "no_activity" as const } },
    };
    const state = nextMarketState(
      { ...input, symbols: { ...input.symbols, scored: [crashed, flat, ...others] } },
      null,
    );
    const { symbols, missing } = rowsOf(state);
    const rowOf = (symbol: string) => symbols.find((row) => row.symbol === symbol);
    expect(rowOf("BTCUSDT")).toMatchObject({ change_5m: -5.1235, change_5m_deviations: -7.89 });
    expect(rowOf("ETHUSDT")).toMatchObject({ change_5m: -5.1235, change_5m_deviations: null });
    expect(missing["symbols.ETHUSDT.change_5m_deviations"]).toBe("no_activity");
    expect(Object.keys(missing).filter((path) => path.startsWith("symbols.BTCUSDT.change_5m"))).toEqual([]);
  });

  it("of an earlier refresh has no change within the last 5 minutes, and says why, also after a restart", () => {
    const first = nextMarketState(at(0), null);
    expect(rowsOf(first).symbols.some(({ change_5m }) => change_5m !== null)).toBe(true);
    const carriedAt = (laterMs: number): MarketState => {
      const none = at(laterMs, markets[1]);
      return nextMarketState({ ...none, symbols: none.symbols && { ...none.symbols, scored: [] } }, first);
    };
    const carried = carriedAt(90_001);
    const { symbols, missing } = rowsOf(carried);
    expect(symbols).toHaveLength(rowsOf(first).symbols.length);
    const reread = rowsOf(loadedFrom(carried));
    for (const { symbol, change_5m, change_5m_deviations } of symbols) {
      expect([change_5m, change_5m_deviations]).toEqual([null, null]);
      for (const name of ["change_5m", "change_5m_deviations"]) {
        expect(missing[`symbols.${symbol}.${name}`]).toBe("stale_input");
      }
    }
    expect(reread.symbols).toEqual(symbols);
    expect(reread.missing).toEqual(missing);
    // For three periods they stay: a refresh that failed must not hide a crash.
    expect(rowsOf(carriedAt(90_000)).symbols).toEqual(rowsOf(first).symbols);
    // Where periods are long, not for longer than the 5 minutes of which they speak.
    const hourly = { ...at(300_001, markets[1]), symbols: null, periodMs: 3_600_000 };
    expect(rowsOf(nextMarketState(hourly, first)).symbols.every(({ change_5m }) => change_5m === null)).toBe(true);
  });
});
