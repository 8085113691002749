import { z } from "zod";
import { marketOverviewSchema } from "../documents/market-overview.ts";
import { known, type LegacyKey, type LegacySource, legacyHeadOf, legacyHeadShape } from "./legacy-key.ts";

const { avg_volatility, avg_market_dispersion, avg_market_dispersion_span_ms, ...others } = marketOverviewSchema.shape;

const legacyOverviewSchema = z.object({
  ...legacyHeadShape,
  ...known(others),
  /** Left out until an hour is known: there is no average before, and the rest need not wait for it. */
  avg_volatility: avg_volatility.unwrap().optional(),
  avg_market_dispersion: avg_market_dispersion.unwrap().optional(),
  avg_market_dispersion_span_ms: avg_market_dispersion_span_ms.unwrap().unwrap().optional(),
});

/** `market:overview`: the fields of `market_overview`. Too few symbols for a regime have the regime UNKNOWN, which is a word and no figure. */
export const LEGACY_OVERVIEW: LegacyKey = {
  key: "market:overview",
  schema: legacyOverviewSchema,
  sections: ["overview", "reference"],
  project: ({ snapshot }: LegacySource) => {
    const {
      avg_volatility: average,
      avg_market_dispersion: _same,
      avg_market_dispersion_span_ms: spanMs,
      ...rest
    } = snapshot.market_overview;
    return {
      ...legacyHeadOf(snapshot),
      ...rest,
      ...(average !== null && { avg_volatility: average, avg_market_dispersion: average }),
      ...(average !== null && spanMs != null && { avg_market_dispersion_span_ms: spanMs }),
    };
  },
};
