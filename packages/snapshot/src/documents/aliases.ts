/**
 * The aliases that the page relies on, and the figure that each repeats. The schema, the builder, the check and the entries
 * in `missing` are derived from this table.
 */
export const TOP_LEVEL_ALIASES = {
  market_regime: "market_overview.market_regime",
  regime: "market_overview.market_regime",
  trend_strength: "market_overview.trend_strength",
  trend_score: "market_overview.trend_strength",
  current_volatility: "market_overview.market_dispersion",
  avg_volatility: "market_overview.avg_market_dispersion",
  market_dispersion: "market_overview.market_dispersion",
  avg_market_dispersion: "market_overview.avg_market_dispersion",
  btc_dominance: "market_overview.btc_dominance",
  btc_price: "market_overview.btc_price",
  btc_volatility: "market_overview.btc_volatility",
  btc_daily_volatility: "market_overview.btc_daily_volatility",
  total_volume_24h: "market_overview.total_volume_24h",
  average_change: "market_overview.average_change",
  gainers: "top_movers.gainers",
  top_gainers: "top_movers.gainers",
  losers: "top_movers.losers",
  top_losers: "top_movers.losers",
  symbols: "confluence_scores",
  top_symbols: "confluence_scores",
  funding_rate: "perps.funding_rate",
  funding_zscore: "perps.funding_zscore",
  long_pct: "perps.long_pct",
  short_pct: "perps.short_pct",
  ls_entropy: "perps.ls_entropy",
  basis_pct: "perps.basis_pct",
  total_open_interest: "perps.open_interest",
} as const;

/** Aliases inside a section, and figures that are a count of another one. */
export const SECTION_ALIASES = {
  "market_overview.volatility": "market_overview.market_dispersion",
  "market_overview.current_volatility": "market_overview.market_dispersion",
  "market_overview.avg_volatility": "market_overview.avg_market_dispersion",
  "market_overview.total_volume": "market_overview.total_volume_24h",
  "market_overview.gainers": "market_breadth.up",
  "market_overview.losers": "market_breadth.down",
  "market_breadth.up_count": "market_breadth.up",
  "market_breadth.down_count": "market_breadth.down",
} as const;

/** The value at a dotted path of plain JSON; undefined when there is none. */
export function valueAt(document: unknown, path: string): unknown {
  let value = document;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null) {
      return undefined;
    }
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/** Tells whether two pieces of plain JSON are equal. */
export function isSameJson(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || JSON.stringify(a) === JSON.stringify(b);
}
