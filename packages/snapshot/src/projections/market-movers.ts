import { z } from "zod";
import type { Freshness } from "../documents/freshness.ts";
import { reasonsOf } from "../documents/missing-paths.ts";
import type { SnapshotDocuments } from "../documents/snapshot-documents.ts";
import type { LeanScore, SymbolsDocument } from "../documents/symbols-document.ts";
import { MOVERS_LIMIT, topMoversSchema } from "../documents/top-movers.ts";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { amountUsdField, changePercentField, priceField, symbolField } from "../shared/fields.ts";
import { isSorted } from "../shared/is-sorted.ts";
import { type Missing, missingSchema } from "../shared/missing-reason.ts";
import { emptyListField, errorHeadOf, errorShape, type Failure, headOf, headShape } from "./body-head.ts";

/** A mover whose change may be unknown: the most traded symbols are listed whether they moved or not. */
export const volumeLeaderSchema = z.object({
  symbol: symbolField,
  display_symbol: symbolField,
  price: priceField,
  /** %, signed; four names for the page. */
  change: changePercentField.nullable(),
  change_24h: changePercentField.nullable(),
  price_change_percent: changePercentField.nullable(),
  percentage: changePercentField.nullable(),
  /** USD; two names for the page. */
  volume: amountUsdField,
  volume_24h: amountUsdField,
});

/** The body of `/api/dashboard/market-movers`. */
export const marketMoversSchema = z.object({
  ...headShape,
  gainers: topMoversSchema.shape.gainers,
  losers: topMoversSchema.shape.losers,
  /** The scored symbols with the highest turnover. */
  volume_leaders: z
    .array(volumeLeaderSchema)
    .max(MOVERS_LIMIT)
    .refine((leaders) => isSorted(leaders, (leader) => -leader.volume_24h), "expected the highest volume first"),
  missing: missingSchema,
});

export type MarketMovers = DeepReadonly<z.infer<typeof marketMoversSchema>>;
type VolumeLeader = MarketMovers["volume_leaders"][number];

/**
 * Gainers and losers of the snapshot, and the most traded symbols. Symbols are selected for scoring by turnover, so the
 * scored ones include the market's leaders.
 */
export function marketMovers(
  { snapshot, symbols }: Pick<SnapshotDocuments, "snapshot" | "symbols">,
  freshness: Freshness,
): MarketMovers {
  const leaders = volumeLeaders(symbols.symbols);
  return {
    ...headOf(snapshot, freshness),
    gainers: snapshot.top_movers.gainers,
    losers: snapshot.top_movers.losers,
    volume_leaders: leaders,
    missing: Object.assign({}, ...leaders.map((leader) => leaderReasons(leader, symbols))),
  };
}

function volumeLeaders(scored: readonly LeanScore[]): VolumeLeader[] {
  const leaders = scored.flatMap(({ symbol, price, change_24h, turnover_24h }) =>
    turnover_24h === null ? [] : [{ symbol, price, change_24h, turnover_24h }],
  );
  return leaders
    .sort((a, b) => b.turnover_24h - a.turnover_24h || (a.symbol < b.symbol ? -1 : 1))
    .slice(0, MOVERS_LIMIT)
    .map(({ symbol, price, change_24h, turnover_24h }) => ({
      symbol,
      display_symbol: symbol,
      price,
      change: change_24h,
      change_24h,
      price_change_percent: change_24h,
      percentage: change_24h,
      volume: turnover_24h,
      volume_24h: turnover_24h,
    }));
}

function leaderReasons({ symbol }: VolumeLeader, { missing }: SymbolsDocument): Missing {
  const names = ["change", "change_24h", "price_change_percent", "percentage"];
  const original = `symbols.${symbol}.change_24h`;
  return reasonsOf(Object.fromEntries(names.map((name) => [`volume_leaders.${symbol}.${name}`, original])), missing);
}

export const marketMoversErrorSchema = z.object({
  ...errorShape,
  gainers: emptyListField,
  losers: emptyListField,
  volume_leaders: emptyListField,
});

export type MarketMoversError = DeepReadonly<z.infer<typeof marketMoversErrorSchema>>;

/** The body while there is no snapshot. */
export function marketMoversError(failure: Failure): MarketMoversError {
  return { ...errorHeadOf(failure), gainers: [], losers: [], volume_leaders: [] };
}
