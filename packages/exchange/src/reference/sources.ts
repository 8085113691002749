import { z } from "zod";
import type { FearGreed, GlobalMarket } from "../gateway/reference-gateway.ts";

/** One public API: its address, and the meaning of its body. */
export interface ReferenceSource<T> {
  readonly name: string;
  /** The service's own host. Another base URL can take its place; the path stays. */
  readonly origin: string;
  readonly path: string;
  /** From the body to the value with the source's own time of it, Unix ms; null where it gives none. */
  readonly schema: z.ZodType<{ readonly value: T; readonly asOfMs: number | null }>;
}

const percent = z.number().min(0).max(100);
const marketCapUsd = z.number().positive().max(1e16);
const changePercent = z.number().min(-100).max(1000);
const unixSeconds = z.number().int().positive().max(1e11);

const atMs = (seconds: number | null | undefined) => (seconds == null ? null : seconds * 1000);

export const COINGECKO: ReferenceSource<GlobalMarket> = {
  name: "coingecko",
  origin: "https://api.coingecko.com",
  path: "/api/v3/global",
  schema: z
    .object({
      data: z.object({
        total_market_cap: z.object({ usd: marketCapUsd }),
        market_cap_percentage: z.object({
          btc: percent.nullish(),
          eth: percent.nullish(),
          usdt: percent.nullish(),
          usdc: percent.nullish(),
        }),
        market_cap_change_percentage_24h_usd: changePercent.nullish(),
        updated_at: unixSeconds.nullish(),
      }),
    })
    .transform(({ data }) => ({
      value: {
        totalMarketCapUsd: data.total_market_cap.usd,
        marketCapChange24hPercent: data.market_cap_change_percentage_24h_usd ?? null,
        btcDominancePercent: data.market_cap_percentage.btc ?? null,
        ethDominancePercent: data.market_cap_percentage.eth ?? null,
        usdtDominancePercent: data.market_cap_percentage.usdt ?? null,
        usdcDominancePercent: data.market_cap_percentage.usdc ?? null,
      },
      asOfMs: atMs(data.updated_at),
    })),
};

/** It gives no dominance but that of bitcoin. */
export const COINPAPRIKA: ReferenceSource<GlobalMarket> = {
  name: "coinpaprika",
  origin: "https://api.coinpaprika.com",
  path: "/v1/global",
  schema: z
    .object({
      market_cap_usd: marketCapUsd,
      bitcoin_dominance_percentage: percent.nullish(),
      market_cap_change_24h: changePercent.nullish(),
      last_updated: unixSeconds.nullish(),
    })
    .transform((body) => ({
      value: {
        totalMarketCapUsd: body.market_cap_usd,
        marketCapChange24hPercent: body.market_cap_change_24h ?? null,
        btcDominancePercent: body.bitcoin_dominance_percentage ?? null,
        ethDominancePercent: null,
        usdtDominancePercent: null,
        usdcDominancePercent: null,
      },
      asOfMs: atMs(body.last_updated),
    })),
};

const digits = z
  .string()
  .regex(/^\d{1,11}$/)
  .transform(Number);

/** Its numbers are strings, and its newest row comes first. */
export const ALTERNATIVE_ME: ReferenceSource<FearGreed> = {
  name: "alternative.me",
  origin: "https://api.alternative.me",
  path: "/fng/",
  schema: z
    .object({
      data: z.tuple(
        [
          z.object({
            value: digits.pipe(percent),
            value_classification: z.string().min(1).max(40),
            timestamp: digits.pipe(unixSeconds),
          }),
        ],
        z.unknown(),
      ),
    })
    .transform(({ data: [latest] }) => ({
      value: { value: latest.value, label: latest.value_classification },
      asOfMs: atMs(latest.timestamp),
    })),
};
