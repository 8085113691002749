import { describe, expect, it } from "vitest";
import { TOP_LEVEL_ALIASES } from "../documents/aliases.ts";
import { buildSnapshot } from "../documents/build-snapshot.ts";
import { buildSymbolsDocument } from "../documents/build-symbols.ts";
import { parseSnapshot } from "../documents/parse.ts";
import { sampleFields } from "../testing/sample-fields.ts";
import { errorBody, marketOverviewErrorBody } from "./error-body.ts";
import { marketOverview } from "./market-overview-body.ts";
import { mobileData } from "./mobile-data.ts";
import { snapshotForPage } from "./snapshot-for-page.ts";

const complete = sampleFields();
const fields = sampleFields({
  market_overview: { ...complete.market_overview, eth_dominance: null },
  market_breadth: { ...complete.market_breadth, sentiment: null },
  confluence_scores: complete.confluence_scores.map((entry) => ({
    ...entry,
    components: { ...entry.components, orderflow: null },
    sub_components: { ...entry.sub_components, orderflow: {} },
  })),
  missing: {
    "market_overview.eth_dominance": "not_provided",
    "market_breadth.sentiment": "no_activity",
    ...Object.fromEntries(
      complete.confluence_scores.map(({ symbol }) => [`confluence_scores.${symbol}.components.orderflow`, "too_short"]),
    ),
  },
});
const snapshot = buildSnapshot(fields);
const symbols = buildSymbolsDocument(fields);

describe("/api/dashboard/mobile-data", () => {
  it("is the snapshot itself while that is fresh", () => {
    expect(mobileData(snapshot, "fresh")).toEqual(snapshot);
  });

  it("has the same data when it is stale, and is marked as stale", () => {
    const { stale, data_source, ...data } = mobileData(snapshot, "stale");
    expect({ stale, data_source }).toEqual({ stale: true, data_source: "stale" });
    expect(snapshot).toMatchObject(data);
    expect(parseSnapshot(JSON.stringify(mobileData(snapshot, "stale")))).toMatchObject({ ok: true });
  });

  it("stays simulated when it is stale", () => {
    const simulated = buildSnapshot(sampleFields({ origin: "simulator", simulated: true }));
    expect(mobileData(simulated, "stale")).toMatchObject({ simulated: true, origin: "simulator", status: "success" });
  });
});

describe("/api/snapshot", () => {
  const body = snapshotForPage(snapshot, symbols, "fresh");

  it("has every scored symbol, lean", () => {
    expect(body.confluence_scores).toHaveLength(25);
    expect(body.confluence_scores[0]).not.toHaveProperty("interpretations");
    expect(body.confluence_scores[0]).not.toHaveProperty("sub_components");
  });

  it("has each fact once: no aliases, no opportunities", () => {
    for (const name of [...Object.keys(TOP_LEVEL_ALIASES), "opportunities"]) {
      expect(body).not.toHaveProperty(name);
    }
  });

  it("has the rest of the snapshot unchanged", () => {
    const { confluence_scores: _scores, missing: _missing, ...rest } = body;
    expect(snapshot).toMatchObject(rest);
    expect(Object.keys(rest).toSorted()).toEqual(
      [
        ...["status", "schema_version", "sequence", "period_ms", "origin", "simulated", "timestamp", "generated_at"],
        ...[
          "method_version",
          "source",
          "data_source",
          "stale",
          "stale_reason",
          "sections",
          "market_overview",
          "market_breadth",
          "top_movers",
          "perps",
          "outlook_gates",
        ],
      ].toSorted(),
    );
  });

  it("has a reason for each null in it, and none for figures it does not show", () => {
    const paths = Object.keys(body.missing);
    expect(paths).toContain("market_overview.eth_dominance");
    // S12 is in the middle: only in the list of all symbols.
    expect(body.missing).toHaveProperty(["confluence_scores.S12USDT.components.orderflow"], "too_short");
    expect(paths.filter((path) => path.startsWith("symbols."))).toEqual([]);
    expect(paths.filter((path) => path.startsWith("confluence_scores."))).toHaveLength(25);
  });

  it("is marked as stale when it is", () => {
    expect(snapshotForPage(snapshot, symbols, "stale")).toEqual({ ...body, stale: true, data_source: "stale" });
  });
});

describe("/api/market/overview", () => {
  it("has the overview at the top level and the breadth beside it", () => {
    expect(marketOverview(snapshot, "fresh")).toEqual({
      status: "success",
      method_version: 2,
      sequence: 7,
      origin: "bybit",
      simulated: false,
      ...snapshot.market_overview,
      breadth: snapshot.market_breadth,
      timestamp: 1_749_556_805,
      data_source: "live",
      stale: false,
      stale_reason: null,
      missing: { eth_dominance: "not_provided", "breadth.sentiment": "no_activity" },
    });
  });

  it("is marked as stale when it is", () => {
    expect(marketOverview(snapshot, "stale")).toMatchObject({
      stale: true,
      data_source: "stale",
      btc_price: 109_214.5,
    });
  });
});

describe("when there is nothing", () => {
  const startedAtMs = 1_749_556_800_999;
  const nothing = {
    market_regime: "UNKNOWN",
    trend_strength: null,
    market_dispersion: null,
    avg_market_dispersion: null,
    avg_market_dispersion_span_ms: null,
    btc_price: null,
    btc_volatility: null,
    btc_daily_volatility: null,
    btc_dominance: null,
    eth_dominance: null,
    stablecoin_dominance: null,
    altcoin_dominance: null,
    total_market_cap: null,
    market_cap_change_24h: null,
    total_volume_24h: null,
    average_change: null,
    fear_greed_value: null,
    fear_greed_label: null,
    volatility: null,
    current_volatility: null,
    avg_volatility: null,
    total_volume: null,
    altcoin_season: null,
    gainers: null,
    losers: null,
  };
  const error = {
    status: "error",
    error: "no_snapshot",
    message: "Not yet.",
    timestamp: 1_749_556_800,
    data_source: "error",
  };

  it("mobile-data has the shape that the page expects, with nothing in it", () => {
    expect(errorBody(startedAtMs, "no_snapshot", "Not yet.")).toStrictEqual({
      ...error,
      market_overview: nothing,
      confluence_scores: [],
      top_movers: { gainers: [], losers: [] },
      market_regime: "UNKNOWN",
      regime: "UNKNOWN",
      trend_strength: null,
      trend_score: null,
      current_volatility: null,
      avg_volatility: null,
      btc_dominance: null,
      btc_price: null,
      btc_volatility: null,
      btc_daily_volatility: null,
      market_dispersion: null,
      avg_market_dispersion: null,
      total_volume_24h: null,
      average_change: null,
      gainers: [],
      top_gainers: [],
      losers: [],
      top_losers: [],
      symbols: [],
      top_symbols: [],
    });
  });

  it("the overview has its fields at the top level, and the breadth, with nothing in them", () => {
    expect(marketOverviewErrorBody(startedAtMs, "no_snapshot", "Not yet.")).toStrictEqual({
      ...error,
      ...nothing,
      breadth: {
        up: null,
        up_count: null,
        down: null,
        down_count: null,
        flat: null,
        breadth_percentage: null,
        sentiment: null,
      },
    });
  });
});
