import { describe, expect, it } from "vitest";
import { documentsOf, noRules, unknownMarket } from "../testing/sample-documents.ts";
import { sampleFields, sampleScore } from "../testing/sample-fields.ts";
import { longestAnalysis } from "../testing/worst-case.ts";
import {
  confluenceAnalysis,
  confluenceAnalysisError,
  confluenceAnalysisErrorSchema,
  confluenceAnalysisSchema,
  SYMBOL_NOT_SCORED,
} from "./confluence-analysis.ts";
import { dashboardOverview } from "./dashboard-overview.ts";
import { marketMovers } from "./market-movers.ts";
import { perpetualsPulse } from "./perpetuals-pulse.ts";
import { analysisInShort, symbolsBody } from "./symbols-body.ts";

const failure = { startedAtMs: 1_749_556_700_900, code: "no_snapshot", message: "There is none yet." } as const;
const documents = documentsOf();
const { market_overview, perps } = sampleFields();

describe("/api/dashboard/overview", () => {
  const body = dashboardOverview(documents, "fresh");

  it("sums the market up", () => {
    expect(body.summary).toEqual({
      total_symbols: 25,
      total_volume: 61_234_567_890.12,
      total_volume_24h: 61_234_567_890.12,
      average_change: 1.84,
      timestamp: 1_749_556_805,
    });
    expect(body).toMatchObject({ market_regime: "Bullish: Risk-On", volatility: { value: 4.32, level: "low" } });
    expect(body.top_gainers).toEqual(documents.snapshot.top_movers.gainers);
    expect(body.opportunities).toEqual(documents.snapshot.opportunities);
  });

  it("shows the ten scores that are farthest from 50, of those from 65 up and 35 down", () => {
    expect(body.signals).toHaveLength(10);
    expect(body.signals.every(({ score }) => score >= 65 || score <= 35)).toBe(true);
    expect(body.signals.slice(0, 2).map(({ score }) => score)).toEqual([20, 80]);
    const few = documentsOf({
      confluence_scores: [
        sampleScore({ symbol: "AUSDT", score: 35, sub_components: noRules }),
        sampleScore({ symbol: "BUSDT", score: 64.99, sub_components: noRules }),
      ],
    });
    expect(dashboardOverview(few, "fresh").signals.map(({ symbol }) => symbol)).toEqual(["AUSDT"]);
  });

  it.each([
    [8, "low"],
    [8.01, "medium"],
    [15, "medium"],
    [15.01, "high"],
  ])("calls a dispersion of %s %% %s", (value, level) => {
    const given = documentsOf({ market_overview: { ...market_overview, market_dispersion: value } });
    expect(dashboardOverview(given, "fresh").volatility).toEqual({ value, level });
  });

  it("does not know how many symbols there are while it has never seen them", () => {
    const { summary, missing } = dashboardOverview(unknownMarket(), "fresh");
    expect(summary.total_symbols).toBeNull();
    expect(missing["summary.total_symbols"]).toBe("warming_up");
  });
});

describe("/api/dashboard/symbols", () => {
  it("has every scored symbol in the very shape of confluence_scores", () => {
    const body = symbolsBody(documents, "fresh");
    expect(body.symbols).toHaveLength(25);
    for (const score of documents.snapshot.confluence_scores) {
      expect(body.symbols.find(({ symbol }) => symbol === score.symbol)).toEqual(score);
    }
    expect(body.missing["symbols.S12USDT.sub_components.sentiment.liquidations"]).toBe("not_provided");
  });

  it("is the same, to the last letter, made from analyses in short, which take a fraction of the memory", () => {
    const short = new Map([...documents.analyses].map(([symbol, one]) => [symbol, analysisInShort(one)]));
    expect(JSON.stringify(symbolsBody({ ...documents, analyses: short }, "fresh"))).toBe(
      JSON.stringify(symbolsBody(documents, "fresh")),
    );
    const longest = longestAnalysis();
    expect(JSON.stringify(analysisInShort(longest)).length).toBeLessThan(0.3 * JSON.stringify(longest).length);
  });

  it("shows a symbol whose analysis cannot be read without rules and sentences, and with the reason", () => {
    const analyses = new Map(documents.analyses);
    analyses.delete("S12USDT");
    const body = symbolsBody({ ...documents, analyses }, "fresh");
    expect(body.symbols.find(({ symbol }) => symbol === "S12USDT")).toMatchObject({
      score: 50,
      sub_components: null,
      interpretations: null,
    });
    expect(body.missing["symbols.S12USDT.interpretations"]).toBe("source_unavailable");
  });
});

describe("/api/dashboard/market-movers", () => {
  it("has the scored symbols with the highest turnover as volume leaders, also those whose change is unknown", () => {
    const turnovers = [5, 9, null, 7, 8, 6, 9];
    const rows = turnovers.map((turnover, index) =>
      sampleScore({
        symbol: `S${index}USDT`,
        turnover_24h: turnover,
        change_24h: index === 3 ? null : index,
        sub_components: noRules,
      }),
    );
    const body = marketMovers(
      documentsOf({
        confluence_scores: rows,
        missing: {
          "confluence_scores.S2USDT.turnover_24h": "not_provided",
          "confluence_scores.S3USDT.change_24h": "not_provided",
        },
      }),
      "fresh",
    );
    expect(body.volume_leaders.map(({ symbol, volume }) => [symbol, volume])).toEqual([
      ["S1USDT", 9],
      ["S6USDT", 9],
      ["S4USDT", 8],
      ["S3USDT", 7],
      ["S5USDT", 6],
    ]);
    expect(body.volume_leaders[0]).toEqual({
      symbol: "S1USDT",
      display_symbol: "S1USDT",
      price: 109_214.5,
      change: 1,
      change_24h: 1,
      price_change_percent: 1,
      percentage: 1,
      volume: 9,
      volume_24h: 9,
    });
    expect(body.missing).toHaveProperty(["volume_leaders.S3USDT.percentage"], "not_provided");
    expect(body.gainers).toEqual(documents.snapshot.top_movers.gainers);
  });
});

describe("/api/dashboard/perpetuals-pulse", () => {
  const pulse = (given: Partial<typeof perps>) =>
    perpetualsPulse(documentsOf({ perps: { ...perps, ...given } }).snapshot, "fresh");

  it("gives funding in percent, without the noise of binary fractions", () => {
    expect(pulse({ funding_rate: 0.00011 }).funding_rate).toBe(0.011);
    expect(pulse({ funding_rate: -0.000_203_4 }).funding_rate).toBe(-0.02034);
  });

  it.each([
    [0.0002, "NEUTRAL", "WEAK"],
    [0.000201, "BULLISH", "MODERATE"],
    [0.0005, "BULLISH", "MODERATE"],
    [0.000501, "BULLISH", "STRONG"],
    [-0.0002, "NEUTRAL", "WEAK"],
    [-0.000201, "BEARISH", "MODERATE"],
    [-0.000501, "BEARISH", "STRONG"],
    [0, "NEUTRAL", "WEAK"],
  ])("calls a rate of %s %s and %s", (funding_rate, funding_sentiment, funding_strength) => {
    expect(pulse({ funding_rate })).toMatchObject({ funding_sentiment, funding_strength });
  });

  it.each([
    [0.01, "NEUTRAL"],
    [0.011, "CONTANGO"],
    [-0.01, "NEUTRAL"],
    [-0.011, "BACKWARDATION"],
  ])("calls a basis of %s %% %s", (basis_pct, basis_status) => {
    expect(pulse({ basis_pct })).toMatchObject({ basis_pct, basis_status });
  });

  it("has the rest of the section under the page's names", () => {
    expect(pulse({})).toMatchObject({
      total_open_interest: 21_000_000_000,
      total_volume_24h: 61_234_567_890.12,
      funding_zscore: 0.8,
      long_pct: 58.1,
      short_pct: 41.9,
      ls_entropy: 0.981,
      contract_count: 425,
      exchange_count: 1,
      signals: [],
      signal_count: 0,
    });
  });
});

describe("/api/dashboard/confluence-analysis/{symbol}", () => {
  const analysisOf = (symbol: string) => {
    const analysis = documents.analyses.get(symbol);
    if (analysis === undefined) {
      throw new Error(`${symbol} is scored`);
    }
    return analysis;
  };
  const body = confluenceAnalysis(documents.snapshot, analysisOf("S12USDT"), "stale");

  it("is the analysis document, with the fields that a row of confluence_scores has", () => {
    expect(confluenceAnalysisSchema.safeParse(body).error?.issues ?? []).toEqual([]);
    const row = documents.snapshot.confluence_scores.find(({ symbol }) => symbol === "S00USDT");
    const same = confluenceAnalysis(documents.snapshot, analysisOf("S00USDT"), "fresh");
    expect(same.components).toEqual(row?.components);
    expect(same.sub_components).toEqual(row?.sub_components);
    expect(same.interpretations).toEqual(row?.interpretations);
    expect(same.price).toBe(row?.price);
    expect(body).toMatchObject({
      symbol: "S12USDT",
      score: 50,
      timestamp: 1_749_556_805,
      stale: true,
      simulated: false,
    });
    expect(body.breakdown).toEqual(analysisOf("S12USDT").components);
    const unknown = ["revm", "sentence", "hourly_deviation"].map((name) => [`outlook.${name}`, "not_enough_symbols"]);
    const expected = { "sub_components.sentiment.liquidations": "not_provided", ...Object.fromEntries(unknown) };
    expect(body.missing).toEqual(expected);
  });

  it("has the same as readable text", () => {
    expect(body.analysis.split("\n").slice(0, 8)).toEqual([
      "S12USDT: 50.00 of 100, reliability 81 %, price 109214.5 USD",
      "S12USDT is balanced at 50.0 over the last quarter of an hour. Pushes up most: order flow, 30 % of what speaks for it.",
      "15.0 points short of 65, from where a score is pushing up; reliability 0.81, limited most by consensus (0.83). It says what pushes and forecasts nothing.",
      "Technical rating: 1m Buy, 5m Buy, 30m Buy, 4h Buy",
      "",
      "Technical (weight 10 %): 56.25",
      "Technical picture is leaning up (56.3): softened RSI 14 at 53 on 30m.",
      "- rsi: +0.13. Softened RSI 14 at 53 on 30m.",
    ]);
    expect(body.analysis).toContain("- liquidations: unknown (not provided)");
  });

  it("is an error with the reason for a symbol that is not scored", () => {
    const error = confluenceAnalysisError({ startedAtMs: failure.startedAtMs, ...SYMBOL_NOT_SCORED });
    expect(confluenceAnalysisErrorSchema.safeParse(error).success).toBe(true);
    expect(error).toMatchObject({ status: "error", error: "symbol_not_scored", analysis: null });
  });
});
