import { z } from "zod";
import {
  amountUsdField,
  changePercentField,
  countField,
  percentOfWholeField,
  priceField,
  scoreField,
  spreadPercentField,
} from "../shared/fields.ts";

/** The regime of a market with too little data. It counts as unknown and needs an entry in `missing`. */
export const UNKNOWN_REGIME = "UNKNOWN";

/** "Category: Label", or UNKNOWN. */
export const regimeField = z
  .string()
  .max(80)
  .regex(/^(UNKNOWN|[^:]+: [^:]+)$/, 'expected "Category: Label" or UNKNOWN');

/** The fields of the overview that the writer fills in; all others follow from these. */
export const marketOverviewFieldsSchema = z.object({
  market_regime: regimeField,
  trend_strength: scoreField.nullable(),
  /** Standard deviation of 24 h changes across symbols, %. */
  market_dispersion: spreadPercentField.nullable(),
  /** Mean of the dispersion over at most the last 24 h, %. */
  avg_market_dispersion: spreadPercentField.nullable(),
  /** The time from the first to the last of the averaged values, ms; absent in documents of earlier versions. */
  avg_market_dispersion_span_ms: countField.nullable().optional(),
  btc_price: priceField.nullable(),
  /** Annualised, %. */
  btc_volatility: spreadPercentField.nullable(),
  btc_daily_volatility: spreadPercentField.nullable(),
  btc_dominance: percentOfWholeField.nullable(),
  eth_dominance: percentOfWholeField.nullable(),
  /** USDT and USDC. */
  stablecoin_dominance: percentOfWholeField.nullable(),
  /** 100 - BTC. */
  altcoin_dominance: percentOfWholeField.nullable(),
  total_market_cap: amountUsdField.nullable(),
  market_cap_change_24h: changePercentField.nullable(),
  total_volume_24h: amountUsdField.nullable(),
  average_change: changePercentField.nullable(),
  fear_greed_value: percentOfWholeField.nullable(),
  fear_greed_label: z.string().min(1).max(40).nullable(),
});

export const altcoinSeasonField = z.enum(["Active", "Emerging", "Dormant"]);

/** The overview with its aliases. Beware: gainers and losers are counts here. */
export const marketOverviewSchema = z.object({
  ...marketOverviewFieldsSchema.shape,
  volatility: spreadPercentField.nullable(),
  current_volatility: spreadPercentField.nullable(),
  avg_volatility: spreadPercentField.nullable(),
  total_volume: amountUsdField.nullable(),
  altcoin_season: altcoinSeasonField.nullable(),
  gainers: countField.nullable(),
  losers: countField.nullable(),
});

export const marketBreadthFieldsSchema = z.object({
  /** Symbols whose 24 h change is above, below and at 0. */
  up: countField.nullable(),
  down: countField.nullable(),
  flat: countField.nullable(),
  /** up / (up + down) * 100. */
  breadth_percentage: percentOfWholeField.nullable(),
  sentiment: z.enum(["bullish", "bearish", "neutral"]).nullable(),
});

export const marketBreadthSchema = z.object({
  ...marketBreadthFieldsSchema.shape,
  up_count: countField.nullable(),
  down_count: countField.nullable(),
});

/**
 * Classifies how far the market has turned from bitcoin to other coins, by bitcoin's share of the total capitalisation.
 *
 * @param btcDominancePercent - 0..100, null when unknown.
 * @returns "Active" below 50 %, "Emerging" below 55 %, else "Dormant"; null when the dominance is unknown.
 */
export function altcoinSeason(btcDominancePercent: number | null): z.infer<typeof altcoinSeasonField> | null {
  if (btcDominancePercent === null) {
    return null;
  }
  if (btcDominancePercent < 50) {
    return "Active";
  }
  return btcDominancePercent < 55 ? "Emerging" : "Dormant";
}
