import type { FearGreed, GlobalMarket, ReferenceCollection } from "@pulseboard/exchange";
import type { FearGreedFields, MarketCapFields, Reference, Section } from "./market-state.ts";
import { round, roundOrNull } from "./rounding.ts";
import { reasonsForNulls } from "./section.ts";

export const NO_REFERENCE: Reference = { marketCap: null, fearGreed: null, reason: "warming_up" };

/** Capital data is published every few minutes, the Fear and Greed Index once a day. */
export const MARKET_CAP_STALE_AFTER_MS = 30 * 60_000;
export const FEAR_GREED_STALE_AFTER_MS = 48 * 3_600_000;

const UNKNOWN_MARKET_CAP: MarketCapFields = {
  btc_dominance: null,
  eth_dominance: null,
  stablecoin_dominance: null,
  altcoin_dominance: null,
  total_market_cap: null,
  market_cap_change_24h: null,
};
const UNKNOWN_FEAR_GREED: FearGreedFields = { fear_greed_value: null, fear_greed_label: null };

/**
 * The data that was collected now, and for a source that gave nothing, its last data.
 * @param collected null while it is still being collected
 */
export function nextReference(collected: ReferenceCollection | null, before: Reference): Reference {
  if (collected === null) {
    return { ...before, reason: "warming_up" };
  }
  const { globalMarket, fearGreed } = collected;
  return {
    reason: "source_unavailable",
    marketCap:
      globalMarket === null ? before.marketCap : { ...globalMarket, value: marketCapFields(globalMarket.value) },
    fearGreed: fearGreed === null ? before.fearGreed : { ...fearGreed, value: fearGreedFields(fearGreed.value) },
  };
}

/**
 * Capitalisation, dominance, fear and greed. The section is as old as its older source.
 * @param nowMs market time
 */
export function referenceSection(reference: Reference, nowMs: number): Section<MarketCapFields & FearGreedFields> {
  const { marketCap, fearGreed, reason } = reference;
  const known = [marketCap, fearGreed].filter((each) => each !== null);
  const stale =
    isOlder(marketCap, nowMs, MARKET_CAP_STALE_AFTER_MS) || isOlder(fearGreed, nowMs, FEAR_GREED_STALE_AFTER_MS);
  const marketCapNow = marketCap?.value ?? UNKNOWN_MARKET_CAP;
  const fearGreedNow = fearGreed?.value ?? UNKNOWN_FEAR_GREED;
  return {
    value: { ...marketCapNow, ...fearGreedNow },
    missing: {
      ...reasonsForNulls("market_overview", marketCapNow, marketCap === null ? reason : "not_provided"),
      ...reasonsForNulls("market_overview", fearGreedNow, reason),
    },
    provenance: {
      asOfMs: known.length === 0 ? null : Math.min(...known.map(({ asOfMs }) => asOfMs)),
      source: known.length === 0 ? "none" : [...new Set(known.map(({ source }) => source))].join(", "),
      stale: stale || known.length === 0,
      expected: 2,
      received: known.length,
      reason: known.length < 2 ? reason : stale ? "stale_input" : null,
    },
  };
}

/** Tells whether there is data and its source's own time is more than `limitMs` before `nowMs`. */
export function isOlder(data: { readonly asOfMs: number } | null, nowMs: number, limitMs: number): boolean {
  return data !== null && nowMs - data.asOfMs > limitMs;
}

function marketCapFields(market: GlobalMarket): MarketCapFields {
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

function fearGreedFields({ value, label }: FearGreed): FearGreedFields {
  return { fear_greed_value: value, fear_greed_label: label };
}
