import type { ConfluenceScore } from "../documents/mobile-snapshot.ts";
import { withDerivedFields } from "../documents/row-from-analysis.ts";
import type { SnapshotFields } from "../documents/snapshot-fields.ts";
import { EXAMPLE_AS_OF } from "../example/example-analysis.ts";
import { exampleFields } from "../example/example-documents.ts";

/** The rules of the method, for documents of a realistic size. */
export const RULES = {
  technical: ["rsi", "ao", "macd", "cci", "adx", "williams_r"],
  volume: ["volume_delta", "cmf", "obv", "chaikin_oscillator", "relative_volume", "vwap", "volume_profile"],
  orderflow: ["cvd", "trade_flow", "open_interest", "large_trades", "imbalance", "pressure"],
  orderbook: ["depth_near", "depth_far", "top_of_book", "microprice", "order_flow_imbalance"],
  sentiment: ["funding_rate", "long_short_ratio", "basis", "liquidations"],
  price_structure: [
    "trend_position",
    "structure_breaks",
    "support_resistance",
    "order_blocks",
    "fair_value_gaps",
    "range_position",
  ],
} as const;

const section = { as_of: EXAMPLE_AS_OF, source: "bybit", stale: false, expected: 25, received: 25 };
const rating = { all: 0.25, moving_averages: 0.4, oscillators: 0.1, label: "Buy" } as const;

function scores(rules: readonly string[], score: number): Record<string, number> {
  return Object.fromEntries(rules.map((rule) => [rule, score]));
}

/** A row of which everything is known; derived fields follow from `overrides`. */
export function sampleScore(overrides: Partial<ConfluenceScore> = {}): ConfluenceScore {
  const symbol = overrides.symbol ?? "BTCUSDT";
  const score = overrides.score ?? 62.5;
  return withDerivedFields({
    symbol,
    score,
    score_now: score,
    relative: score,
    relative_rank: 1,
    change_5m: 0.12,
    change_5m_deviations: 0.8,
    outlook: -0.4123,
    beta_btc: 1.234,
    correlation_btc: 0.812,
    own_move_24h: -2.3456,
    reliability: 0.81,
    price: 109_214.5,
    change_24h: 2.31,
    turnover_24h: 8_123_456_789.12,
    high_24h: 110_000,
    low_24h: 106_500,
    range_24h: 3.29,
    components: {
      technical: score,
      volume: score,
      orderflow: score,
      orderbook: score,
      sentiment: score,
      price_structure: score,
    },
    sub_components: {
      technical: scores(RULES.technical, score),
      volume: scores(RULES.volume, score),
      orderflow: scores(RULES.orderflow, score),
      orderbook: scores(RULES.orderbook, score),
      sentiment: scores(RULES.sentiment, score),
      price_structure: scores(RULES.price_structure, score),
    },
    interpretations: {
      overall: `${symbol} is at ${score} over the last quarter of an hour.`,
      technical: "Momentum is up on three of four timeframes.",
      volume: "Buyers took 55 % of the last 15 min.",
      orderflow: "Buyers took 61 % of the last 5 min.",
      orderbook: "Bids outweigh asks near the price by 12 %.",
      sentiment: "Funding is near its mean.",
      price_structure: "The price is above four of five averages.",
      actionable_insights: "It says what pushes and forecasts nothing.",
    },
    score_history: [55.1, 58.2, score],
    score_history_at: [EXAMPLE_AS_OF - 1800, EXAMPLE_AS_OF - 900, EXAMPLE_AS_OF],
    technical_rating: { "1m": rating, "5m": rating, "30m": rating, "4h": rating },
    as_of: EXAMPLE_AS_OF,
    ...overrides,
  });
}

/** `count` scored symbols with scores spread over 20..80, named S00USDT, S01USDT ... */
export function sampleScores(count: number): ConfluenceScore[] {
  return Array.from({ length: count }, (_, index) =>
    sampleScore({
      symbol: `S${String(index).padStart(2, "0")}USDT`,
      score: Math.round(2000 + (6000 * index) / Math.max(1, count - 1)) / 100,
    }),
  );
}

/** The fields of the example, of the real exchange and with 25 symbols, in which everything is known. */
export function sampleFields(overrides: Partial<SnapshotFields> = {}): SnapshotFields {
  const example = exampleFields([]);
  return {
    ...example,
    sequence: 7,
    origin: "bybit",
    simulated: false,
    sections: {
      overview: section,
      scores: section,
      movers: section,
      perps: section,
      reference: { ...section, source: "coingecko, alternative.me", expected: 9, received: 9 },
    },
    market_overview: {
      ...example.market_overview,
      avg_market_dispersion: 4.11,
      avg_market_dispersion_span_ms: 86_370_000,
    },
    confluence_scores: sampleScores(25),
    top_movers: {
      gainers: [
        { symbol: "AUSDT", price: 1.5, change_24h: 40, volume_24h: 9_000_000 },
        { symbol: "BUSDT", price: 0.0012, change_24h: 12.5, volume_24h: 800_000 },
      ],
      losers: [{ symbol: "CUSDT", price: 17, change_24h: -21.5, volume_24h: 700_000 }],
    },
    missing: {},
    ...overrides,
  };
}
