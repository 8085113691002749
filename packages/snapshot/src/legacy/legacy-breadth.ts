import { z } from "zod";
import { marketBreadthSchema } from "../documents/market-overview.ts";
import { countField } from "../shared/fields.ts";
import { known, type LegacyKey, type LegacySource, legacyHeadOf, legacyHeadShape } from "./legacy-key.ts";

const legacyBreadthSchema = z.object({
  ...legacyHeadShape,
  ...known(marketBreadthSchema.shape),
  /** up, down and flat by the names that they have elsewhere. */
  advancing: countField,
  declining: countField,
  unchanged: countField,
  flat_count: countField,
});

/** `market:breadth`: how many symbols advance and decline. */
export const LEGACY_BREADTH: LegacyKey = {
  key: "market:breadth",
  schema: legacyBreadthSchema,
  sections: ["overview"],
  project: ({ snapshot }: LegacySource) => {
    const { up, down, flat } = snapshot.market_breadth;
    return {
      ...legacyHeadOf(snapshot),
      ...snapshot.market_breadth,
      advancing: up,
      declining: down,
      unchanged: flat,
      flat_count: flat,
    };
  },
};
