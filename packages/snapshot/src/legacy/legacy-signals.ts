import { z } from "zod";
import { leanScoreSchema } from "../documents/confluence-score.ts";
import type { LeanScore } from "../documents/symbols-document.ts";
import { dashboardOverview } from "../projections/dashboard-overview.ts";
import { known, type LegacyKey, type LegacySource, legacyHeadOf, legacyHeadShape } from "./legacy-key.ts";

const { symbol, score, sentiment, price, change_24h, volume_24h, components } = leanScoreSchema.shape;

const signalSchema = z.object({
  ...known({ symbol, score, sentiment, price, change_24h, volume_24h }),
  components: z.object(known(components.shape)),
});

const legacySignalsSchema = z.object({
  ...legacyHeadShape,
  /** Scores of 65 and above or 35 and below, farthest from 50 first; of a calm market there are none. */
  signals: z.array(signalSchema),
  /** The scores that a phone shows, highest first. */
  top_symbols: z.array(signalSchema).min(1, "there are none"),
});

type SignalFields = Pick<
  LeanScore,
  "symbol" | "score" | "sentiment" | "price" | "change_24h" | "volume_24h" | "components"
>;

function signalOf({ symbol, score, sentiment, price, change_24h, volume_24h, components }: SignalFields): SignalFields {
  return { symbol, score, sentiment, price, change_24h, volume_24h, components };
}

/** Symbols of which something is not known are left out: a component that is not there would count as 0. */
function wholeSignals(rows: readonly SignalFields[]): SignalFields[] {
  return rows.map(signalOf).filter((row) => signalSchema.safeParse(row).success);
}

/** `analysis:signals`: the scores that are worth a look. */
export const LEGACY_SIGNALS: LegacyKey = {
  key: "analysis:signals",
  schema: legacySignalsSchema,
  sections: ["scores"],
  project: (documents: LegacySource) => ({
    ...legacyHeadOf(documents.snapshot),
    signals: wholeSignals(dashboardOverview(documents, "fresh").signals),
    top_symbols: wholeSignals(documents.snapshot.confluence_scores),
  }),
};
