import { TOP_LEVEL_ALIASES, valueAt } from "../aliases.ts";
import { marketBreadthSchema, marketOverviewSchema, UNKNOWN_REGIME } from "../market-overview.ts";

/** What every error body says. `timestamp` is the process's start, Unix seconds: there is no other true moment. */
export interface ErrorFields {
  readonly status: "error";
  /** A code, "no_snapshot". */
  readonly error: string;
  readonly message: string;
  readonly timestamp: number;
  readonly data_source: "error";
}

/** The shape of the overview with nothing known. */
type UnknownOverview = Readonly<
  Record<Exclude<keyof typeof marketOverviewSchema.shape, "market_regime">, null> & { market_regime: "UNKNOWN" }
>;

type Emptied<Original extends string> = Original extends "market_overview.market_regime"
  ? "UNKNOWN"
  : Original extends `market_overview.${string}`
    ? null
    : readonly never[];

type AliasTable = typeof TOP_LEVEL_ALIASES;

/** The aliases of what the error body has: not those of perps. */
type EmptyAliases = {
  readonly [Alias in keyof AliasTable as AliasTable[Alias] extends `perps.${string}` ? never : Alias]: Emptied<
    AliasTable[Alias]
  >;
};

export type ErrorBody = ErrorFields & {
  readonly market_overview: UnknownOverview;
  readonly confluence_scores: readonly never[];
  readonly top_movers: { readonly gainers: readonly never[]; readonly losers: readonly never[] };
} & EmptyAliases;

/**
 * The body of `/api/dashboard/mobile-data` and `/api/snapshot` when nothing was ever computed, or nothing readable is left.
 *
 * @param startedAtMs - When this process started, Unix ms.
 */
export function errorBody(startedAtMs: number, code: string, message: string): ErrorBody {
  const parts = {
    market_overview: unknownOverview(),
    confluence_scores: [],
    top_movers: { gainers: [], losers: [] },
  };
  const aliases = Object.entries(TOP_LEVEL_ALIASES)
    .filter(([, original]) => !original.startsWith("perps."))
    .map(([alias, original]) => [alias, valueAt(parts, original)]);
  return { ...errorFields(startedAtMs, code, message), ...parts, ...(Object.fromEntries(aliases) as EmptyAliases) };
}

export type MarketOverviewErrorBody = ErrorFields &
  UnknownOverview & { readonly breadth: Readonly<Record<keyof typeof marketBreadthSchema.shape, null>> };

/** The body of `/api/market/overview` in the same case. */
export function marketOverviewErrorBody(startedAtMs: number, code: string, message: string): MarketOverviewErrorBody {
  return {
    ...errorFields(startedAtMs, code, message),
    ...unknownOverview(),
    breadth: allNull(marketBreadthSchema.shape),
  };
}

function errorFields(startedAtMs: number, code: string, message: string): ErrorFields {
  return { status: "error", error: code, message, timestamp: Math.floor(startedAtMs / 1000), data_source: "error" };
}

function unknownOverview(): UnknownOverview {
  return { ...allNull(marketOverviewSchema.shape), market_regime: UNKNOWN_REGIME };
}

function allNull<Shape extends object>(shape: Shape): Readonly<Record<keyof Shape, null>> {
  return Object.fromEntries(Object.keys(shape).map((name) => [name, null])) as Record<keyof Shape, null>;
}
