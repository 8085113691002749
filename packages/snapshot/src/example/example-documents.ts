import type { AlertsDocument } from "../documents/alerts-document.ts";
import type { AnalysisDocument } from "../documents/analysis-document.ts";
import { buildSnapshot } from "../documents/build-snapshot.ts";
import { buildSymbolsDocument } from "../documents/build-symbols.ts";
import type { ConfluenceScore } from "../documents/mobile-snapshot.ts";
import { OUTLOOK_COLLECTING } from "../documents/outlook.ts";
import { rowFromAnalysis } from "../documents/row-from-analysis.ts";
import type { SnapshotDocuments } from "../documents/snapshot-documents.ts";
import type { SnapshotFields } from "../documents/snapshot-fields.ts";
import { SCHEMA_VERSION } from "../shared/envelope.ts";
import type { MissingReason } from "../shared/missing-reason.ts";
import { EXAMPLE_AS_OF, EXAMPLE_METHOD_VERSION, exampleAnalysis } from "./example-analysis.ts";

const SYMBOLS = [
  {
    symbol: "BTCUSDT",
    price: 109_214.5,
    score: 66.2,
    weightedSignal: 0.1761,
    change: 2.31,
    turnover: 8_123_456_789.12,
  },
  { symbol: "ETHUSDT", price: 2_771.4, score: 52.4, weightedSignal: 0.02527, change: 4.12, turnover: 6_004_312_400.5 },
  { symbol: "DOGEUSDT", price: 0.19412, score: 33.8, weightedSignal: -0.1761, change: -3.4, turnover: 910_332_120.75 },
] as const;

/**
 * The documents of a small made-up refresh, marked as simulated, for the examples in the API's description. Nearly every
 * figure is known.
 */
export function exampleDocuments(): SnapshotDocuments {
  const analyses = new Map(SYMBOLS.map((symbol) => [symbol.symbol as string, exampleAnalysis(symbol)]));
  const fields = exampleFields([...analyses.values()]);
  return { snapshot: buildSnapshot(fields), symbols: buildSymbolsDocument(fields), analyses, alerts: EXAMPLE_ALERTS };
}

/** The fields of the example with these symbols scored. */
export function exampleFields(analyses: readonly AnalysisDocument[]): SnapshotFields {
  const section = { as_of: EXAMPLE_AS_OF, source: "simulator", stale: false, expected: 425, received: 425 };
  const missing: Record<string, MissingReason> = {
    "market_overview.avg_market_dispersion": "too_short",
    "market_overview.avg_market_dispersion_span_ms": "too_short",
  };
  for (const { symbol } of analyses) {
    missing[`confluence_scores.${symbol}.sub_components.sentiment.liquidations`] = "not_provided";
    for (const name of ["relative", "relative_rank", "outlook"]) {
      missing[`confluence_scores.${symbol}.${name}`] = "not_enough_symbols";
    }
  }
  return {
    method_version: EXAMPLE_METHOD_VERSION,
    sequence: 42,
    period_ms: 30_000,
    origin: "simulator",
    simulated: true,
    generated_at_ms: EXAMPLE_AS_OF * 1000 + 5_250,
    sections: {
      overview: section,
      scores: { ...section, expected: 3, received: 3 },
      movers: section,
      perps: section,
      reference: { ...section, source: "coingecko, alternative.me", expected: 8, received: 8 },
    },
    market_overview: {
      market_regime: "Bullish: Risk-On",
      trend_strength: 71.2,
      market_dispersion: 4.32,
      avg_market_dispersion: null,
      avg_market_dispersion_span_ms: null,
      btc_price: 109_214.5,
      btc_volatility: 38.2,
      btc_daily_volatility: 2,
      btc_dominance: 61.2,
      eth_dominance: 9.4,
      stablecoin_dominance: 6.1,
      altcoin_dominance: 38.8,
      total_market_cap: 3_512_000_000_000,
      market_cap_change_24h: 1.7,
      total_volume_24h: 61_234_567_890.12,
      average_change: 1.84,
      fear_greed_value: 71,
      fear_greed_label: "Greed",
    },
    market_breadth: { up: 300, down: 120, flat: 5, breadth_percentage: 71.43, sentiment: "bullish" },
    confluence_scores: analyses.map(exampleRow),
    top_movers: {
      gainers: [{ symbol: "SUIUSDT", price: 3.4212, change_24h: 12.5, volume_24h: 801_220_000.4 }],
      losers: [{ symbol: "DOGEUSDT", price: 0.19412, change_24h: -3.4, volume_24h: 910_332_120.75 }],
    },
    perps: {
      funding_rate: 0.00011,
      funding_rate_btc: 0.0001,
      funding_zscore: 0.8,
      long_pct: 58.1,
      short_pct: 41.9,
      ls_entropy: 0.981,
      open_interest: 21_000_000_000,
      basis_pct: -0.031,
      volume_24h: 61_234_567_890.12,
      contract_count: 425,
    },
    outlook_gates: OUTLOOK_COLLECTING,
    missing,
  };
}

function exampleRow(analysis: AnalysisDocument, index: number): ConfluenceScore {
  const { price, score } = analysis;
  const { change, turnover } = SYMBOLS[index] ?? { change: null, turnover: null };
  const fields = {
    change_24h: change,
    turnover_24h: turnover,
    high_24h: price * 1.02,
    low_24h: price * 0.98,
    range_24h: 4.0816,
    relative: null,
    relative_rank: null,
    change_5m: 0.12,
    change_5m_deviations: 0.8,
    outlook: null,
    beta_btc: analysis.against_btc?.beta ?? null,
    correlation_btc: analysis.against_btc?.correlation ?? null,
    own_move_24h: analysis.against_btc?.own_move_24h ?? null,
    as_of: EXAMPLE_AS_OF,
  };
  const history = { at: [EXAMPLE_AS_OF - 1800, EXAMPLE_AS_OF - 900, EXAMPLE_AS_OF], value: [51.3, 57.9, score] };
  return rowFromAnalysis(analysis, fields, history);
}

const EXAMPLE_ALERTS: AlertsDocument = {
  schema_version: SCHEMA_VERSION,
  method_version: EXAMPLE_METHOD_VERSION,
  sequence: 42,
  origin: "simulator",
  simulated: true,
  alerts: [
    {
      method_version: EXAMPLE_METHOD_VERSION,
      id: `signal:BTCUSDT:${EXAMPLE_AS_OF}`,
      alert_type: "signal",
      level: "info",
      symbol: "BTCUSDT",
      message: "BTCUSDT has risen to 65 or above: its score is 66.20 (pushing up)",
      timestamp: EXAMPLE_AS_OF,
      unix_timestamp: EXAMPLE_AS_OF,
      details: { direction: "bullish", score: 66.2, threshold: 65, reliability: 0.81, price: 109_214.5 },
    },
    {
      method_version: EXAMPLE_METHOD_VERSION,
      id: `regime_change:${EXAMPLE_AS_OF - 30}`,
      alert_type: "regime_change",
      level: "warning",
      symbol: null,
      message: 'The market has changed from "Neutral: Consolidation" to "Bullish: Risk-On"',
      timestamp: EXAMPLE_AS_OF - 30,
      unix_timestamp: EXAMPLE_AS_OF - 30,
      details: { from: "Neutral: Consolidation", to: "Bullish: Risk-On" },
    },
  ],
  zones: { BTCUSDT: { zone: "bullish", last_seen: EXAMPLE_AS_OF, last_signal: EXAMPLE_AS_OF } },
  regime: { current: "Bullish: Risk-On", candidate: null },
};
