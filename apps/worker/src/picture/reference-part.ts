import type { FearGreed, GlobalMarket, ReferenceCollection, Sourced } from "@pulseboard/exchange";
import type { MarketOverviewCore } from "@pulseboard/snapshot";
import { type Part, reasonsForNulls } from "./part.ts";
import { round, roundOrNull } from "./rounding.ts";

export type MarketCapFacts = Pick<
  MarketOverviewCore,
  | "btc_dominance"
  | "eth_dominance"
  | "stablecoin_dominance"
  | "altcoin_dominance"
  | "total_market_cap"
  | "market_cap_change_24h"
>;

export type FearGreedFacts = Pick<MarketOverviewCore, "fear_greed_value" | "fear_greed_label">;

/** Facts with their own source and age. */
export interface Dated<T> {
  readonly facts: T;
  readonly source: string;
  /** Unix ms. */
  readonly asOfMs: number;
}

/** The last that each source of reference data said; null when it never said anything. */
export interface Reference {
  readonly marketCap: Dated<MarketCapFacts> | null;
  readonly fearGreed: Dated<FearGreedFacts> | null;
  /** Why what is null is null. */
  readonly reason: "warming_up" | "source_unavailable";
}

export const NO_REFERENCE: Reference = { marketCap: null, fearGreed: null, reason: "warming_up" };

/** Sources publish the market every few minutes, the Fear and Greed Index once a day. */
export const MARKET_CAP_STALE_AFTER_MS = 30 * 60_000;
export const FEAR_GREED_STALE_AFTER_MS = 48 * 3_600_000;

const UNKNOWN_MARKET_CAP: MarketCapFacts = {
  btc_dominance: null,
  eth_dominance: null,
  stablecoin_dominance: null,
  altcoin_dominance: null,
  total_market_cap: null,
  market_cap_change_24h: null,
};
const UNKNOWN_FEAR_GREED: FearGreedFacts = { fear_greed_value: null, fear_greed_label: null };

/**
 * What was collected now, and for a source that gave nothing, what it said before.
 * @param collected null while it is still being collected
 */
export function nextReference(collected: ReferenceCollection | null, before: Reference): Reference {
  if (collected === null) {
    return { ...before, reason: "warming_up" };
  }
  const { globalMarket, fearGreed } = collected;
  return {
    reason: "source_unavailable",
    marketCap: globalMarket === null ? before.marketCap : dated(globalMarket, marketCapFacts(globalMarket.value)),
    fearGreed: fearGreed === null ? before.fearGreed : dated(fearGreed, fearGreedFacts(fearGreed.value)),
  };
}

/**
 * Capitalisation, dominance, fear and greed. The section's `as_of` is that of the older source.
 * @param nowMs market time
 */
export function referencePart(reference: Reference, nowMs: number): Part<MarketCapFacts & FearGreedFacts> {
  const { marketCap, fearGreed, reason } = reference;
  const known = [marketCap, fearGreed].filter((dated) => dated !== null);
  const stale =
    isOlder(marketCap, nowMs, MARKET_CAP_STALE_AFTER_MS) || isOlder(fearGreed, nowMs, FEAR_GREED_STALE_AFTER_MS);
  const marketCapNow = marketCap?.facts ?? UNKNOWN_MARKET_CAP;
  const fearGreedNow = fearGreed?.facts ?? UNKNOWN_FEAR_GREED;
  return {
    value: { ...marketCapNow, ...fearGreedNow },
    missing: {
      ...reasonsForNulls("market_overview", marketCapNow, marketCap === null ? reason : "not_provided"),
      ...reasonsForNulls("market_overview", fearGreedNow, reason),
    },
    provenance: {
      asOfMs: known.length === 0 ? null : Math.min(...known.map(({ asOfMs }) => asOfMs)),
      source: known.length === 0 ? "none" : known.map(({ source }) => source).join(", "),
      stale: stale || known.length === 0,
      expected: 2,
      received: known.length,
      reason: known.length < 2 ? reason : stale ? "stale_input" : null,
    },
  };
}

function dated<T>({ source, asOfMs }: Sourced<unknown>, facts: T): Dated<T> {
  return { facts, source, asOfMs };
}

/** Whether there is something, and its source's own time is more than `limitMs` before `nowMs`. */
export function isOlder(dated: { readonly asOfMs: number } | null, nowMs: number, limitMs: number): boolean {
  return dated !== null && nowMs - dated.asOfMs > limitMs;
}

function marketCapFacts(market: GlobalMarket): MarketCapFacts {
  const { usdtDominancePercent: usdt, usdcDominancePercent: usdc, btcDominancePercent: btc } = market;
  return {
    btc_dominance: roundOrNull(btc, 4),
    eth_dominance: roundOrNull(market.ethDominancePercent, 4),
    // One without the other would be a smaller figure under the same name.
    stablecoin_dominance: usdt === null || usdc === null ? null : round(usdt + usdc, 4),
    altcoin_dominance: btc === null ? null : round(100 - btc, 4),
    total_market_cap: round(market.totalMarketCapUsd, 2),
    market_cap_change_24h: roundOrNull(market.marketCapChange24hPercent, 4),
  };
}

function fearGreedFacts({ value, label }: FearGreed): FearGreedFacts {
  return { fear_greed_value: value, fear_greed_label: label };
}
