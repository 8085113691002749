import { describe, expect, it } from "vitest";
import { sampleFields, sampleScore, sampleScores } from "../testing/sample-fields.ts";
import { buildSnapshot } from "./build-snapshot.ts";
import { buildSymbolsDocument } from "./build-symbols.ts";
import { SnapshotBuildError } from "./snapshot-build-error.ts";
import type { SnapshotFields } from "./snapshot-fields.ts";

const withOverview = (overview: Partial<SnapshotFields["market_overview"]>, missing: SnapshotFields["missing"] = {}) =>
  sampleFields({ market_overview: { ...sampleFields().market_overview, ...overview }, missing });

describe("mobile:snapshot", () => {
  const snapshot = buildSnapshot(sampleFields());

  it("carries its sequence, its time and that it is live", () => {
    expect(snapshot).toMatchObject({
      status: "success",
      schema_version: 1,
      sequence: 7,
      period_ms: 30_000,
      origin: "bybit",
      simulated: false,
      timestamp: 1_749_556_805,
      generated_at: "2025-06-10T12:00:05.250Z",
      source: "pulseboard",
      data_source: "live",
      stale: false,
    });
  });

  it("has every alias of the overview, at the top and inside", () => {
    expect(snapshot).toMatchObject({
      market_regime: "Bullish: Risk-On",
      regime: "Bullish: Risk-On",
      trend_strength: 71.2,
      trend_score: 71.2,
      current_volatility: 4.32,
      avg_volatility: 4.11,
      btc_dominance: 61.2,
      btc_price: 109_214.5,
      btc_volatility: 38.2,
      btc_daily_volatility: 2,
      market_dispersion: 4.32,
      avg_market_dispersion: 4.11,
      total_volume_24h: 61_234_567_890.12,
      average_change: 1.84,
    });
    expect(snapshot.market_overview).toMatchObject({
      volatility: 4.32,
      current_volatility: 4.32,
      market_dispersion: 4.32,
      avg_volatility: 4.11,
      avg_market_dispersion: 4.11,
      total_volume: 61_234_567_890.12,
      altcoin_season: "Dormant",
    });
  });

  it("has counts under the overview's gainers and losers, and rows at the top", () => {
    expect(snapshot.market_overview).toMatchObject({ gainers: 300, losers: 120 });
    expect(snapshot.market_breadth).toMatchObject({ up: 300, up_count: 300, down: 120, down_count: 120 });
    expect(snapshot.gainers).toEqual(snapshot.top_movers.gainers);
    expect(snapshot.top_gainers).toEqual(snapshot.top_movers.gainers);
    expect(snapshot.losers).toEqual(snapshot.top_movers.losers);
    expect(snapshot.top_losers).toEqual(snapshot.top_movers.losers);
  });

  it("shows a mover under all names of its change and volume", () => {
    expect(snapshot.top_movers.losers[0]).toEqual({
      symbol: "CUSDT",
      display_symbol: "CUSDT",
      price: 17,
      change: -21.5,
      change_24h: -21.5,
      price_change_percent: -21.5,
      percentage: -21.5,
      volume: 700_000,
      volume_24h: 700_000,
    });
  });

  it("has the aliases of perps", () => {
    expect(snapshot).toMatchObject({
      funding_rate: 0.00011,
      funding_zscore: 0.8,
      long_pct: 58.1,
      short_pct: 41.9,
      ls_entropy: 0.981,
      basis_pct: -0.031,
      total_open_interest: 21_000_000_000,
    });
  });

  it("lists only the share of decentralised exchanges as missing, which no source provides", () => {
    expect(snapshot.perps.dex_share).toBeNull();
    expect(snapshot.missing).toEqual({ "perps.dex_share": "not_provided" });
  });
});

describe("the selection of scores", () => {
  it("shows the 20 farthest from 50, highest first, in any order of the input", () => {
    const scores = sampleScores(25);
    const snapshot = buildSnapshot(sampleFields({ confluence_scores: scores.toReversed() }));
    const shown = snapshot.confluence_scores.map((entry) => entry.score);
    // 25 scores from 20 to 80 in steps of 2.5: the five between 45 and 55 are left out.
    expect(shown).toEqual(
      scores
        .map((entry) => entry.score)
        .filter((score) => Math.abs(score - 50) > 6)
        .toReversed(),
    );
    expect(snapshot.symbols).toEqual(snapshot.confluence_scores);
    expect(snapshot.top_symbols).toEqual(snapshot.confluence_scores);
  });

  it("shows the 20 that stand out most from the market, whatever their score is, highest score first", () => {
    // A market that stands at 62.5: those with it are left out, and not those near 50.
    const scores = sampleScores(25).map((entry) => ({ ...entry, relative: entry.score - 12.5 }));
    const shown = buildSnapshot(sampleFields({ confluence_scores: scores })).confluence_scores.map(
      ({ score }) => score,
    );
    expect(shown).toEqual(
      scores
        .map(({ score }) => score)
        .filter((score) => Math.abs(score - 62.5) > 6)
        .toReversed(),
    );
  });

  it("breaks ties by name, so that equal inputs give equal bytes", () => {
    const names = ["DUSDT", "BUSDT", "CUSDT", "AUSDT"];
    const build = (symbols: readonly string[]) =>
      buildSnapshot(sampleFields({ confluence_scores: symbols.map((symbol) => sampleScore({ symbol, score: 60 })) }));
    expect(build(names).confluence_scores.map((entry) => entry.symbol)).toEqual(names.toSorted());
    expect(JSON.stringify(build(names))).toBe(JSON.stringify(build(names.toReversed())));
  });

  it.each([
    [65, "BULLISH"],
    [64.99, "NEUTRAL"],
    [35.01, "NEUTRAL"],
    [35, "BEARISH"],
  ])("calls a score of %d %s", (score, sentiment) => {
    const snapshot = buildSnapshot(sampleFields({ confluence_scores: [sampleScore({ score })] }));
    expect(snapshot.confluence_scores[0]?.sentiment).toBe(sentiment);
  });

  it("has no scores before the first have been computed", () => {
    const fields = sampleFields({ confluence_scores: [] });
    const snapshot = buildSnapshot({
      ...fields,
      sections: {
        ...fields.sections,
        scores: { as_of: null, source: "bybit", stale: false, expected: 50, received: 0, reason: "warming_up" },
      },
    });
    expect(snapshot).toMatchObject({ confluence_scores: [], symbols: [], opportunities: [] });
    expect(snapshot.sections.scores.reason).toBe("warming_up");
  });
});

describe("opportunities", () => {
  const opportunitiesOf = (...scores: Parameters<typeof sampleScore>[0][]) =>
    buildSnapshot(sampleFields({ confluence_scores: scores.map((score) => sampleScore(score)), missing }))
      .opportunities;
  const missing = {
    "confluence_scores.XUSDT.change_24h": "too_short",
    "confluence_scores.XUSDT.turnover_24h": "too_short",
  } as const;

  it("are sorted by score times movement, and carry the base coin's name", () => {
    expect(
      opportunitiesOf(
        { symbol: "AUSDT", score: 70, change_24h: 1 },
        { symbol: "1000BUSDT", score: 60, change_24h: -8, turnover_24h: 1_000_000 },
        { symbol: "CUSDT", score: 52, change_24h: 250 },
      ),
    ).toMatchObject([
      {
        symbol: "1000B",
        full_symbol: "1000BUSDT",
        score: 60,
        direction: "bullish",
        price_change: -8,
        volume: 1_000_000,
        opportunity_score: 108,
      },
      { symbol: "C", opportunity_score: 104 },
      { symbol: "A", opportunity_score: 77 },
    ]);
  });

  it("start at 50 and are at most 10", () => {
    expect(opportunitiesOf({ score: 49.99 })).toEqual([]);
    expect(opportunitiesOf({ score: 50 })).toHaveLength(1);
    expect(buildSnapshot(sampleFields()).opportunities).toHaveLength(10);
  });

  it("leave out symbols that cannot be compared, rather than count them as 0", () => {
    expect(opportunitiesOf({ symbol: "XUSDT", change_24h: null })).toEqual([]);
    expect(opportunitiesOf({ symbol: "XUSDT", turnover_24h: null })).toEqual([]);
  });
});

describe("the entries in missing", () => {
  it("give the reason under every name of the figure", () => {
    const snapshot = buildSnapshot(
      withOverview(
        { market_dispersion: null, btc_dominance: null, altcoin_dominance: null },
        {
          "market_overview.market_dispersion": "not_enough_symbols",
          "market_overview.btc_dominance": "source_unavailable",
        },
      ),
    );
    expect(snapshot.missing).toEqual({
      "market_overview.market_dispersion": "not_enough_symbols",
      "market_overview.volatility": "not_enough_symbols",
      "market_overview.current_volatility": "not_enough_symbols",
      current_volatility: "not_enough_symbols",
      market_dispersion: "not_enough_symbols",
      "market_overview.btc_dominance": "source_unavailable",
      "market_overview.altcoin_dominance": "source_unavailable",
      "market_overview.altcoin_season": "source_unavailable",
      btc_dominance: "source_unavailable",
      "perps.dex_share": "not_provided",
    });
    expect(snapshot.market_overview.altcoin_season).toBeNull();
  });

  it("count an UNKNOWN regime as missing", () => {
    expect(() => buildSnapshot(withOverview({ market_regime: "UNKNOWN" }))).toThrow(/market_overview.market_regime/);
    const reasons = { "market_overview.market_regime": "not_enough_symbols" } as const;
    expect(buildSnapshot(withOverview({ market_regime: "UNKNOWN" }, reasons)).missing).toMatchObject({
      ...reasons,
      market_regime: "not_enough_symbols",
      regime: "not_enough_symbols",
    });
  });

  it("name rows by symbol, and only those that are shown", () => {
    const unscored = { technical: 60, volume: 60, orderflow: null, orderbook: 60, sentiment: 60, price_structure: 60 };
    const reasons = {
      "confluence_scores.S24USDT.components.orderflow": "not_provided",
      "confluence_scores.S12USDT.components.orderflow": "not_provided",
      "confluence_scores.S24USDT.turnover_24h": "no_activity",
    } as const;
    const fields = sampleFields({
      confluence_scores: sampleScores(25).map((entry) => {
        if (entry.symbol === "S24USDT") {
          return sampleScore({ ...entry, components: unscored, turnover_24h: null });
        }
        // S12 is in the middle, so not among the 20.
        return entry.symbol === "S12USDT" ? { ...entry, components: unscored } : entry;
      }),
      missing: reasons,
    });
    expect(buildSnapshot(fields).missing).toEqual({
      "confluence_scores.S24USDT.components.orderflow": "not_provided",
      "confluence_scores.S24USDT.turnover_24h": "no_activity",
      "confluence_scores.S24USDT.volume_24h": "no_activity",
      "perps.dex_share": "not_provided",
    });
    expect(buildSymbolsDocument(fields).missing).toEqual({
      "symbols.S24USDT.components.orderflow": "not_provided",
      "symbols.S12USDT.components.orderflow": "not_provided",
      "symbols.S24USDT.turnover_24h": "no_activity",
      "symbols.S24USDT.volume_24h": "no_activity",
    });
  });

  it("must have a reason for every null", () => {
    expect(() => buildSnapshot(withOverview({ btc_price: null }))).toThrow(
      new SnapshotBuildError("unknown figures without a reason: market_overview.btc_price, btc_price"),
    );
  });

  it("leave out reasons that were given for known figures", () => {
    const snapshot = buildSnapshot(withOverview({}, { "market_overview.btc_price": "warming_up" }));
    expect(snapshot.missing).not.toHaveProperty(["market_overview.btc_price"]);
  });
});

it("refuses to build a document that readers would refuse, and names the path", () => {
  expect(() => buildSnapshot(withOverview({ btc_price: Number.NaN }))).toThrow(
    /mobile:snapshot is not valid: market_overview\.btc_price: expected number, received NaN/,
  );
  expect(() => buildSnapshot(sampleFields({ origin: "simulator" }))).toThrow(/simulated: expected true/);
});

describe("mobile:symbols", () => {
  it("has every scored symbol, highest first, without rules and sentences", () => {
    const document = buildSymbolsDocument(sampleFields());
    expect(document).toMatchObject({
      schema_version: 1,
      sequence: 7,
      origin: "bybit",
      generated_at: expect.any(String),
    });
    expect(document.symbols).toHaveLength(25);
    expect(document.symbols[0]).toMatchObject({ symbol: "S24USDT", score: 80, sentiment: "BULLISH" });
    expect(document.symbols[24]).toMatchObject({ symbol: "S00USDT", score: 20, sentiment: "BEARISH" });
    for (const entry of document.symbols) {
      expect(entry).not.toHaveProperty("sub_components");
      expect(entry).not.toHaveProperty("interpretations");
    }
  });
});
