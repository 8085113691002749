import { z } from "zod";
import { topMoversSchema } from "../documents/top-movers.ts";
import { marketMovers, volumeLeaderSchema } from "../projections/market-movers.ts";
import { known, type LegacyKey, type LegacySource, legacyHeadOf, legacyHeadShape } from "./legacy-key.ts";

const legacyMoversSchema = z.object({
  ...legacyHeadShape,
  /** Of a market that falls as a whole there are none. */
  gainers: topMoversSchema.shape.gainers,
  losers: topMoversSchema.shape.losers,
  volume_leaders: z.array(z.object(known(volumeLeaderSchema.shape))).min(1, "there are none"),
});

/** `market:movers`: the biggest gainers and losers, and the most traded of the scored symbols. */
export const LEGACY_MOVERS: LegacyKey = {
  key: "market:movers",
  schema: legacyMoversSchema,
  sections: ["movers", "scores"],
  project: (documents: LegacySource) => {
    const { gainers, losers, volume_leaders } = marketMovers(documents, "fresh");
    return {
      ...legacyHeadOf(documents.snapshot),
      gainers,
      losers,
      volume_leaders: volume_leaders.filter(({ change_24h }) => change_24h !== null),
    };
  },
};
