import { z } from "zod";
import { TOP_LEVEL_ALIASES, valueAt } from "../documents/aliases.ts";
import { marketBreadthSchema, marketOverviewSchema, UNKNOWN_REGIME } from "../documents/market-overview.ts";
import {
  allNull,
  allNullSchema,
  type ErrorHead,
  emptyListField,
  errorHeadOf,
  errorShape,
  type FailureCode,
} from "./body-head.ts";

/** The shape of the overview with nothing known. */
type UnknownOverview = Readonly<
  Record<Exclude<keyof typeof marketOverviewSchema.shape, "market_regime">, null> & { market_regime: "UNKNOWN" }
>;

/** The schema of the overview with nothing known. */
export const unknownOverviewSchema = z.object({
  ...allNullSchema(marketOverviewSchema.shape).shape,
  market_regime: z.literal(UNKNOWN_REGIME),
});

type Emptied<Original extends string> = Original extends "market_overview.market_regime"
  ? "UNKNOWN"
  : Original extends `market_overview.${string}`
    ? null
    : readonly never[];

type AliasTable = typeof TOP_LEVEL_ALIASES;

/** The aliases in the error body: those of perps are not among them. */
type EmptyAliases = {
  readonly [Alias in keyof AliasTable as AliasTable[Alias] extends `perps.${string}` ? never : Alias]: Emptied<
    AliasTable[Alias]
  >;
};

const EMPTY_ALIASES = Object.entries(TOP_LEVEL_ALIASES).filter(([, original]) => !original.startsWith("perps."));

export type ErrorBody = ErrorHead & {
  readonly market_overview: UnknownOverview;
  readonly confluence_scores: readonly never[];
  readonly top_movers: { readonly gainers: readonly never[]; readonly losers: readonly never[] };
} & EmptyAliases;

const partSchemas = {
  market_overview: unknownOverviewSchema,
  confluence_scores: emptyListField,
  top_movers: z.object({ gainers: emptyListField, losers: emptyListField }),
};

export const errorBodySchema = z.object({
  ...errorShape,
  ...partSchemas,
  ...Object.fromEntries(EMPTY_ALIASES.map(([alias, original]) => [alias, emptiedSchema(original)])),
});

function emptiedSchema(original: string): z.ZodType {
  if (original === "market_overview.market_regime") {
    return z.literal(UNKNOWN_REGIME);
  }
  return original.startsWith("market_overview.") ? z.null() : emptyListField;
}

/**
 * The body of `/api/dashboard/mobile-data` and `/api/snapshot` while there is no readable snapshot.
 *
 * @param startedAtMs - Start of this process, Unix ms.
 */
export function errorBody(startedAtMs: number, code: FailureCode, message: string): ErrorBody {
  const parts = {
    market_overview: unknownOverview(),
    confluence_scores: [],
    top_movers: { gainers: [], losers: [] },
  };
  const aliases = EMPTY_ALIASES.map(([alias, original]) => [alias, valueAt(parts, original)]);
  return {
    ...errorHeadOf({ startedAtMs, code, message }),
    ...parts,
    ...(Object.fromEntries(aliases) as EmptyAliases),
  };
}

export type MarketOverviewErrorBody = ErrorHead &
  UnknownOverview & { readonly breadth: Readonly<Record<keyof typeof marketBreadthSchema.shape, null>> };

export const marketOverviewErrorSchema = z.object({
  ...errorShape,
  ...unknownOverviewSchema.shape,
  breadth: allNullSchema(marketBreadthSchema.shape),
});

/** The body of `/api/market/overview` in the same case. */
export function marketOverviewErrorBody(
  startedAtMs: number,
  code: FailureCode,
  message: string,
): MarketOverviewErrorBody {
  return {
    ...errorHeadOf({ startedAtMs, code, message }),
    ...unknownOverview(),
    breadth: allNull(marketBreadthSchema.shape),
  };
}

/** The overview with nothing known. */
export function unknownOverview(): UnknownOverview {
  return { ...allNull(marketOverviewSchema.shape), market_regime: UNKNOWN_REGIME };
}
