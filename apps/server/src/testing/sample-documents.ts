import {
  buildSnapshot,
  buildSymbolsDocument,
  type ConfluenceScore,
  SNAPSHOT_KEY,
  type SnapshotFields,
  SYMBOLS_KEY,
} from "@pulseboard/snapshot";
import type { Publication } from "@pulseboard/storage";

/** 2025-06-10T12:00:00Z, the start of the fake clock. */
export const GENERATED_AT_MS = Date.UTC(2025, 5, 10, 12);
export const PERIOD_MS = 30_000;

const AS_OF = GENERATED_AT_MS / 1000;
const section = { as_of: AS_OF, source: "bybit", stale: false, expected: 12, received: 12 };
const rating = { all: 0.2, moving_averages: 0.3, oscillators: 0.1, label: "Buy" } as const;
const noRules = { technical: {}, volume: {}, orderflow: {}, orderbook: {}, sentiment: {}, price_structure: {} };

function scored(index: number): ConfluenceScore {
  const score = 40 + 2 * index;
  return {
    symbol: `S${index}USDT`,
    score,
    score_now: score,
    relative: score,
    relative_rank: 12 - index,
    change_5m: 0.1,
    change_5m_deviations: 0.5,
    outlook: 0.2,
    beta_btc: 1.1,
    correlation_btc: 0.7,
    own_move_24h: -1.5,
    reliability: 0.8,
    price: 100 + index,
    change_24h: index - 6,
    turnover_24h: 1_000_000,
    high_24h: 120,
    low_24h: 90,
    range_24h: 33.33,
    components: {
      technical: score,
      volume: score,
      orderflow: score,
      orderbook: score,
      sentiment: score,
      price_structure: score,
    },
    sub_components: noRules,
    interpretations: {
      overall: "Overall.",
      technical: "Technical.",
      volume: "Volume.",
      orderflow: "Order flow.",
      orderbook: "Order book.",
      sentiment: "Sentiment.",
      price_structure: "Price structure.",
      actionable_insights: "Insights.",
    },
    score_history: [score],
    score_history_at: [AS_OF],
    technical_rating: { "1m": rating, "5m": rating, "30m": rating, "4h": rating },
    as_of: AS_OF,
    sentiment: "NEUTRAL",
    volume_24h: 1_000_000,
    has_breakdown: true,
  };
}

/** The result of a refresh in which everything is known. */
export function sampleFields(overrides: Partial<SnapshotFields> = {}): SnapshotFields {
  return {
    method_version: 2,
    sequence: 1,
    period_ms: PERIOD_MS,
    origin: "bybit",
    simulated: false,
    generated_at_ms: GENERATED_AT_MS,
    sections: { overview: section, scores: section, movers: section, perps: section, reference: section },
    market_overview: {
      market_regime: "Bullish: Risk-On",
      trend_strength: 60,
      market_dispersion: 4,
      avg_market_dispersion: 4,
      avg_market_dispersion_span_ms: 86_370_000,
      btc_price: 109_000.5,
      btc_volatility: 40,
      btc_daily_volatility: 2.1,
      btc_dominance: 61,
      eth_dominance: 9,
      stablecoin_dominance: 6,
      altcoin_dominance: 39,
      total_market_cap: 3.5e12,
      market_cap_change_24h: 1,
      total_volume_24h: 6e10,
      average_change: 1.5,
      fear_greed_value: 71,
      fear_greed_label: "Greed",
    },
    market_breadth: { up: 300, down: 120, flat: 5, breadth_percentage: 71.43, sentiment: "bullish" },
    confluence_scores: Array.from({ length: 12 }, (_, index) => scored(index)),
    top_movers: { gainers: [{ symbol: "AUSDT", price: 1, change_24h: 9, volume_24h: 1e6 }], losers: [] },
    perps: {
      funding_rate: 0.0001,
      funding_rate_btc: 0.0001,
      funding_zscore: 0.5,
      long_pct: 55,
      short_pct: 45,
      ls_entropy: 0.99,
      open_interest: 2e10,
      basis_pct: -0.03,
      volume_24h: 6e10,
      contract_count: 425,
    },
    outlook_gates: { "1h": { shown: false, why: "collecting" }, "4h": { shown: false, why: "collecting" } },
    missing: {},
    ...overrides,
  };
}

/** The documents that the worker would publish for it. */
export function samplePublication(overrides: Partial<SnapshotFields> = {}): Publication {
  const fields = sampleFields(overrides);
  return {
    sequence: fields.sequence,
    documents: new Map([
      [SNAPSHOT_KEY, JSON.stringify(buildSnapshot(fields))],
      [SYMBOLS_KEY, JSON.stringify(buildSymbolsDocument(fields))],
    ]),
  };
}

/** A publication with the text of one of its documents replaced; null takes the document away. */
export function withDocument(publication: Publication, key: string, text: string | null): Publication {
  const documents = new Map(publication.documents);
  if (text === null) {
    documents.delete(key);
  } else {
    documents.set(key, text);
  }
  return { ...publication, documents };
}
