import {
  ALERTS_KEY,
  type AnalysisDocument,
  analysisKey,
  type Missing,
  type MobileSnapshot,
  parseAlerts,
  parseAnalysis,
  parseSnapshot,
  parseSymbols,
  SNAPSHOT_KEY,
  SYMBOLS_KEY,
  symbolsBody,
} from "@pulseboard/snapshot";
import { describe, expect, it, vi } from "vitest";
import { nextMarketState } from "../next-market-state.ts";
import type { MarketState, ScoredSymbol } from "../state/market-state.ts";
import { generatedReference, generateRefreshInput } from "../testing/generate-refresh-input.ts";
import { buildDocuments, documentSteps } from "./build-documents.ts";

const meta = { origin: "simulator", simulated: true, periodMs: 30_000 };
const GENERATED_AT_MS = 1_780_000_000_123;
const complete = generateRefreshInput({ symbols: 60 });
const state = nextMarketState(complete, null);

function documentsOf(shown: MarketState): ReadonlyMap<string, string> {
  return buildDocuments(shown, meta, 7, GENERATED_AT_MS, (_symbol, error) => {
    throw error;
  }).documents;
}

const bySymbol = (scored: readonly ScoredSymbol[]) =>
  new Map(scored.map((each) => [each.analysis.symbol, each] as const));

function snapshotOf(shown: MarketState): MobileSnapshot {
  const parsed = parseSnapshot(documentsOf(shown).get(SNAPSHOT_KEY) ?? "");
  if (!parsed.ok) {
    throw new Error(parsed.problem);
  }
  return parsed.snapshot;
}

function withoutReference(laterMs: number) {
  return {
    ...generateRefreshInput({ symbols: 60, laterMs }),
    reference: { globalMarket: null, fearGreed: null, problems: [] },
  };
}

describe("the documents of a complete refresh", () => {
  const documents = documentsOf(state);

  it("validate, with all symbols scored and six components each", () => {
    const snapshot = snapshotOf(state);
    expect(snapshot.confluence_scores).toHaveLength(20);
    expect(snapshot.sections.scores).toMatchObject({ expected: 60, received: 60, stale: false });
    const symbols = parseSymbols(documents.get(SYMBOLS_KEY) ?? "");
    expect(symbols.ok && symbols.symbols.symbols).toHaveLength(60);
    for (const { components } of snapshot.confluence_scores) {
      expect(Object.values(components).every((score) => score !== null)).toBe(true);
    }
  });

  it("keep to their sizes: 256 KB for the snapshot, 64 KB for an analysis", () => {
    expect(Buffer.byteLength(documents.get(SNAPSHOT_KEY) ?? "")).toBeLessThanOrEqual(256 * 1024);
    for (const [key, text] of documents) {
      if (key.startsWith("mobile:analysis:")) {
        expect(Buffer.byteLength(text), key).toBeLessThanOrEqual(64 * 1024);
      }
    }
  });

  it("explain each score: contributions add up to W, and W makes the score", () => {
    const parsed = parseAnalysis(documents.get(analysisKey("BTCUSDT")) ?? "");
    if (!parsed.ok) {
      throw new Error(parsed.problem);
    }
    const { analysis } = parsed;
    const components = Object.values(analysis.components);
    const rules = components.flatMap((component) => Object.values(component.rules));
    const sum = (parts: readonly { readonly contribution: number }[]) =>
      parts.reduce((total, { contribution }) => total + contribution, 0);
    expect(sum(components)).toBeCloseTo(analysis.weighted_signal_now ?? Number.NaN, 4);
    expect(sum(rules)).toBeCloseTo(analysis.weighted_signal_now ?? Number.NaN, 4);
    expect(analysis.score).toBeCloseTo(50 + (50 * Math.tanh(1.8 * analysis.weighted_signal)) / Math.tanh(1.8), 1);
  });
});

it("are made one in a step: what publishes them can do other things between any two", () => {
  const made: number[] = [];
  const stringify = vi.spyOn(JSON, "stringify");
  const steps = documentSteps(state, meta, 7, GENERATED_AT_MS, () => undefined);
  for (let done = false; done !== true; ) {
    stringify.mockClear();
    done = steps.next().done ?? false;
    // What compares two figures is no document.
    made.push(stringify.mock.results.filter(({ value }) => String(value).includes('"sequence":7')).length);
  }
  stringify.mockRestore();
  expect(Math.max(...made)).toBe(1);
  expect(made.filter((count) => count === 1).length).toBeGreaterThanOrEqual(documentsOf(state).size);
});

describe("alerts", () => {
  it("compare the scores of whole refreshes, and not the first half with its earlier scores", () => {
    const quiet = nextMarketState(generateRefreshInput({ symbols: 60, laterMs: 30_000 }), state);
    expect(quiet.alerts.alerts).toEqual([]);
    const [btc, ...others] = complete.symbols?.scored ?? [];
    if (complete.symbols === null || btc === undefined) {
      throw new Error("there are scores");
    }
    // Its W gives 70 points.
    const weightedSignal = Math.atanh(0.4 * Math.tanh(1.8)) / 1.8;
    const contribution = weightedSignal / btc.analysis.components.length;
    const components = btc.analysis.components.map((component) => ({ ...component, contribution }));
    const risen = { ...btc, analysis: { ...btc.analysis, weightedSignal, components } };
    const later = generateRefreshInput({ symbols: 60, laterMs: 60_000 });
    const found = { ...later, symbols: { ...complete.symbols, scored: [risen, ...others] } };
    const below = {
      ...quiet.alerts,
      zones: { ...quiet.alerts.zones, BTCUSDT: { zone: "neutral", last_seen: 1, last_signal: null } as const },
    };
    const recently = {
      ...below,
      zones: { ...below.zones, BTCUSDT: { ...below.zones.BTCUSDT, last_seen: Math.floor(found.asOfMs / 1000) - 30 } },
    };
    const half = nextMarketState({ ...found, symbols: null }, { ...quiet, alerts: recently, averages: new Map() });
    expect(half.alerts).toEqual(recently);
    const parsed = parseAlerts(documentsOf(nextMarketState(found, half)).get(ALERTS_KEY) ?? "");
    expect(parsed.ok && parsed.alerts.alerts).toMatchObject([{ symbol: "BTCUSDT", details: { score: 70 } }]);
  });
});

describe("the regime", () => {
  it("of the alerts is the one that is shown, and holds against another that is computed", () => {
    const shown = "Strong Bearish: Capitulation";
    const { regimeDwell, alerts } = state;
    const before: MarketState = {
      ...state,
      regimeDwell: regimeDwell && { ...regimeDwell, name: shown },
      alerts: { ...alerts, regime: { current: shown, candidate: null } },
    };
    const later = [30_000, 60_000, 90_000].reduce(
      (last, laterMs) => nextMarketState(generateRefreshInput({ symbols: 60, laterMs }), last),
      before,
    );
    expect(state.regime.name).not.toBe(shown);
    expect(later.regime).toEqual({ name: shown, reason: null });
    expect(later.regimeDwell?.differsSinceMs).toBe(state.asOfMs + 30_000);
    expect(later.alerts.alerts).toEqual([]);
  });
});

describe("the list of all symbols", () => {
  it("has the same rows as the snapshot for its 20, with rules and sentences from its analysis", () => {
    const documents = documentsOf(state);
    const snapshot = snapshotOf(state);
    const symbols = parseSymbols(documents.get(SYMBOLS_KEY) ?? "");
    if (!symbols.ok) {
      throw new Error(symbols.problem);
    }
    const analyses = new Map<string, AnalysisDocument>();
    for (const { symbol } of symbols.symbols.symbols) {
      const parsed = parseAnalysis(documents.get(analysisKey(symbol)) ?? "");
      if (parsed.ok) {
        analyses.set(symbol, parsed.analysis);
      }
    }
    const body = symbolsBody({ snapshot, symbols: symbols.symbols, analyses }, "fresh");
    expect(body.symbols).toHaveLength(60);
    for (const score of snapshot.confluence_scores) {
      expect(body.symbols.find(({ symbol }) => symbol === score.symbol)).toEqual(score);
      const of = (missing: Missing, prefix: string) =>
        Object.entries(missing)
          .filter(([path]) => path.startsWith(prefix))
          .map(([path, reason]) => [path.slice(prefix.length), reason])
          .toSorted();
      expect(of(body.missing, `symbols.${score.symbol}.`)).toEqual(
        of(snapshot.missing, `confluence_scores.${score.symbol}.`),
      );
    }
  });
});

describe("a symbol whose analysis is not valid", () => {
  it("is left out everywhere and counted, and the others are published", () => {
    const [first, ...others] = state.scores.value.values();
    if (first === undefined) {
      throw new Error("there are scores");
    }
    const broken = { ...first, analysis: { ...first.analysis, reliability: Number.NaN } };
    const leftOut: string[] = [];
    const { documents } = buildDocuments(
      { ...state, scores: { ...state.scores, value: bySymbol([broken, ...others]) } },
      meta,
      7,
      GENERATED_AT_MS,
      (symbol, error) => leftOut.push(`${symbol}: ${error.message}`),
    );
    const { symbol } = first.analysis;
    expect(leftOut).toEqual([expect.stringMatching(new RegExp(`^${symbol}: .*reliability`, "s"))]);
    const symbols = parseSymbols(documents.get(SYMBOLS_KEY) ?? "");
    expect(symbols.ok && symbols.symbols.symbols.map((row) => row.symbol)).not.toContain(symbol);
    const snapshot = parseSnapshot(documents.get(SNAPSHOT_KEY) ?? "");
    expect(snapshot.ok && snapshot.snapshot.sections.scores).toMatchObject({ expected: 60, received: 59 });
  });
});

describe("a symbol with hardly any data behind its score", () => {
  it("is left out and only counted, because funding alone must not lead the list", () => {
    const { symbols } = complete;
    const [first, ...others] = symbols?.scored ?? [];
    if (symbols === null || first === undefined) {
      throw new Error("there are scores");
    }
    const { reliabilityFactors } = first.analysis;
    const thin = {
      ...first,
      analysis: { ...first.analysis, reliabilityFactors: { ...reliabilityFactors, coverage: 0.2 } },
    };
    const shown = snapshotOf(
      nextMarketState({ ...complete, symbols: { ...symbols, scored: [thin, ...others] } }, null),
    );
    expect(shown.sections.scores).toMatchObject({ expected: 60, received: 59, reason: "not_provided" });
    expect(shown.confluence_scores.map(({ symbol }) => symbol)).not.toContain(first.ticker.symbol);
  });
});

describe("before the symbols are collected", () => {
  const first = snapshotOf(nextMarketState({ ...complete, symbols: null }, null));

  it("has overview and movers, and scores that are warming up", () => {
    expect(first.market_breadth.up).toBeGreaterThan(0);
    expect(first.top_movers.gainers).toHaveLength(5);
    expect(first.sections.scores).toMatchObject({ as_of: null, stale: true, received: 0, reason: "warming_up" });
    expect(first.confluence_scores).toEqual([]);
    expect(first.market_regime).toBe("UNKNOWN");
    expect(first.missing).toMatchObject({
      "market_overview.market_regime": "warming_up",
      "market_overview.btc_volatility": "warming_up",
      "perps.long_pct": "warming_up",
    });
  });

  const firstHalf = (laterMs: number, before = state) =>
    nextMarketState({ ...generateRefreshInput({ symbols: 60, laterMs }), symbols: null }, before);

  it("keeps the scores of the process before, as stale once they are three periods old", () => {
    expect(snapshotOf(firstHalf(91_000)).sections.scores).toMatchObject({ stale: true, reason: "warming_up" });
    const young = firstHalf(60_000);
    expect(snapshotOf(young).sections.scores).toEqual(snapshotOf(state).sections.scores);
    // A worker that is started again and again, and never gets further than its first half.
    expect(snapshotOf(firstHalf(80_000, young)).sections.scores.stale).toBe(false);
    expect(snapshotOf(firstHalf(100_000, young)).sections.scores.stale).toBe(true);
    const later = snapshotOf(young);
    expect(later.sections.scores).toMatchObject({ stale: false, received: 60 });
    expect(later.sections.scores.as_of).toBe(snapshotOf(state).sections.scores.as_of);
    expect(later.confluence_scores).toHaveLength(20);
    expect(later.perps.long_pct).toBe(snapshotOf(state).perps.long_pct);
    expect(later.market_overview.btc_volatility).toBe(snapshotOf(state).market_overview.btc_volatility);
  });
});

describe("last known good sections", () => {
  it("keeps overview, movers and perps while the tickers fail, and goes on with the scores", () => {
    const before = snapshotOf(state);
    const after = snapshotOf(
      nextMarketState({ ...generateRefreshInput({ symbols: 60, laterMs: 300_000 }), tickers: null }, state),
    );
    expect(after.market_overview.total_volume_24h).toBe(before.market_overview.total_volume_24h);
    expect(after.top_movers).toEqual(before.top_movers);
    expect(after.perps).toEqual(before.perps);
    for (const name of ["overview", "movers", "perps"] as const) {
      const section = { stale: true, reason: "source_unavailable", as_of: before.sections[name].as_of };
      expect(after.sections[name], name).toMatchObject(section);
    }
    expect(after.sections.scores).toMatchObject({ stale: false, as_of: (before.sections.scores.as_of ?? 0) + 300 });
  });

  it("keeps the last whole market rather than show sums over half of it", () => {
    const before = snapshotOf(state);
    const found = generateRefreshInput({ symbols: 60, laterMs: 30_000 });
    const partOf = (share: number) => {
      const tickers = found.tickers?.tickers.slice(0, share * 60) ?? [];
      return snapshotOf(nextMarketState({ ...found, tickers: { tickers, asOfMs: found.asOfMs, expected: 60 } }, state));
    };
    const half = partOf(0.5);
    expect(half.market_overview.total_volume_24h).toBe(before.market_overview.total_volume_24h);
    expect(half.market_breadth).toEqual(before.market_breadth);
    expect(half.perps.open_interest).toBe(before.perps.open_interest);
    expect(half.sections.overview).toMatchObject({ stale: true, reason: "source_unavailable", received: 60 });
    expect(half.sections.scores).toMatchObject({ stale: false, received: 60 });
    // Nearly all of it is the market, and names the symbols it lacks.
    expect(partOf(0.95).sections.overview).toMatchObject({ stale: false, received: 57, reason: "not_provided" });
  });

  it("drops positioning that is too old", () => {
    const found = generateRefreshInput({ symbols: 60, laterMs: 30_000 });
    const inputs = found.symbols?.inputs ?? new Map();
    const aged = new Map(
      [...inputs].map(([symbol, input]) => [
        symbol,
        {
          ...input,
          longAccountShare: { ...input.longAccountShare, asOfMs: input.nowMs - 3 * 3_600_000 - 1 },
          fundingRate8h: { ...input.fundingRate8h, asOfMs: input.nowMs - 3 * input.fundingRate8h.periodMs - 1 },
        },
      ]),
    );
    const symbols = found.symbols === null ? null : { ...found.symbols, inputs: aged };
    const snapshot = snapshotOf(nextMarketState({ ...found, symbols }, null));
    expect(snapshot.perps).toMatchObject({ long_pct: null, ls_entropy: null, funding_zscore: null });
    expect(snapshot.missing).toMatchObject({
      "perps.long_pct": "stale_input",
      "perps.ls_entropy": "stale_input",
      "perps.funding_zscore": "stale_input",
    });
  });

  it("keeps the scores when not one symbol could be scored", () => {
    const found = generateRefreshInput({ symbols: 60, laterMs: 30_000 });
    const bitcoinReturns = { known: false, reason: "not_provided" } as const;
    const nothing = { scored: [], expected: 60, inputs: new Map(), bitcoinReturns };
    const after = snapshotOf(nextMarketState({ ...found, symbols: nothing }, state));
    expect(after.confluence_scores).toEqual(snapshotOf(state).confluence_scores);
    expect(after.sections.scores).toMatchObject({ stale: true, received: 60, reason: "source_unavailable" });
  });

  it("keeps the data of each reference source with its own age", () => {
    const after = snapshotOf(nextMarketState(withoutReference(300_000), state));
    expect(after.market_overview.btc_dominance).toBe(58.3);
    expect(after.market_overview.fear_greed_value).toBe(41);
    expect(after.sections.reference.as_of).toBe(snapshotOf(state).sections.reference.as_of);

    const found = generateRefreshInput({ symbols: 60, laterMs: 300_000 });
    const { fearGreed } = generatedReference(found.asOfMs);
    const onlyFearGreed = { ...found, reference: { globalMarket: null, fearGreed, problems: [] } };
    expect(snapshotOf(nextMarketState(onlyFearGreed, state)).market_overview.btc_dominance).toBe(58.3);
    expect(snapshotOf(nextMarketState(onlyFearGreed, null)).missing["market_overview.btc_dominance"]).toBe(
      "source_unavailable",
    );
  });

  it("calls reference data stale once its source is half an hour behind the market", () => {
    expect(snapshotOf(nextMarketState(withoutReference(1_700_000), state)).sections.reference.stale).toBe(false);
    expect(snapshotOf(nextMarketState(withoutReference(1_800_000), state)).sections.reference).toMatchObject({
      stale: true,
      reason: "stale_input",
    });
  });

  it("ignores a state from the market's future, because a replay has begun again", () => {
    const again = snapshotOf(nextMarketState({ ...withoutReference(-3_600_000), symbols: null }, state));
    expect(again.confluence_scores).toEqual([]);
    expect(again.market_overview.btc_dominance).toBeNull();
  });
});

describe("history", () => {
  it("gives each score its past, and the dispersion its mean after an hour", () => {
    let current: MarketState | null = null;
    for (let step = 0; step <= 5; step++) {
      current = nextMarketState(
        generateRefreshInput({ symbols: 12, seed: step + 1, laterMs: step * 900_000 }),
        current,
      );
    }
    const snapshot = snapshotOf(current ?? state);
    for (const { score, score_history, score_history_at, as_of } of snapshot.confluence_scores) {
      expect(score_history).toHaveLength(6);
      expect(score_history.at(-1)).toBe(score);
      expect(score_history_at.at(-1)).toBe(as_of);
    }
    expect(snapshot.market_overview.avg_volatility).not.toBeNull();
    expect(snapshotOf(state).missing["market_overview.avg_volatility"]).toBe("too_short");
  });
});
