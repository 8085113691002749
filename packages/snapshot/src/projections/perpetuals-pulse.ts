import { z } from "zod";
import type { Freshness } from "../documents/freshness.ts";
import { reasonsOf } from "../documents/missing-paths.ts";
import type { MobileSnapshot } from "../documents/mobile-snapshot.ts";
import { perpsSchema } from "../documents/perps.ts";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { amountUsdField, countField } from "../shared/fields.ts";
import { missingSchema } from "../shared/missing-reason.ts";
import {
  allNull,
  allNullSchema,
  emptyListField,
  errorHeadOf,
  errorShape,
  type Failure,
  headOf,
  headShape,
} from "./body-head.ts";

const perps = perpsSchema.shape;

const pulseShape = {
  /** USD, one side. */
  total_open_interest: amountUsdField.nullable(),
  /** USD. */
  total_volume_24h: amountUsdField.nullable(),
  /** Percent per 8 h, unlike `funding_rate` elsewhere: 0.01 is 0.01 %. */
  funding_rate: z.number().min(-100).max(100).nullable(),
  funding_sentiment: z.enum(["BULLISH", "BEARISH", "NEUTRAL"]).nullable(),
  funding_strength: z.enum(["STRONG", "MODERATE", "WEAK"]).nullable(),
  funding_zscore: perps.funding_zscore,
  long_pct: perps.long_pct,
  short_pct: perps.short_pct,
  ls_entropy: perps.ls_entropy,
  basis_pct: perps.basis_pct,
  basis_status: z.enum(["CONTANGO", "BACKWARDATION", "NEUTRAL"]).nullable(),
  contract_count: perps.contract_count,
};

/** The body of `/api/dashboard/perpetuals-pulse`. */
export const perpetualsPulseSchema = z.object({
  ...headShape,
  ...pulseShape,
  /** The number of exchanges behind the figures. */
  exchange_count: countField,
  /** Kept for the page; always empty, because perpetuals as a whole have no score. */
  signals: emptyListField,
  signal_count: z.literal(0),
  missing: missingSchema,
});

export type PerpetualsPulse = DeepReadonly<z.infer<typeof perpetualsPulseSchema>>;

/** A snapshot shows one exchange, its origin. */
const EXCHANGE_COUNT = 1;

/** Funding, positioning and basis of all perpetuals, in percent and in words. */
export function perpetualsPulse(snapshot: MobileSnapshot, freshness: Freshness): PerpetualsPulse {
  const { perps: figures, missing } = snapshot;
  const fundingPercent = figures.funding_rate === null ? null : inPercent(figures.funding_rate);
  return {
    ...headOf(snapshot, freshness),
    total_open_interest: figures.open_interest,
    total_volume_24h: figures.volume_24h,
    funding_rate: fundingPercent,
    funding_sentiment: fundingPercent === null ? null : fundingSentiment(fundingPercent),
    funding_strength: fundingPercent === null ? null : fundingStrength(fundingPercent),
    funding_zscore: figures.funding_zscore,
    long_pct: figures.long_pct,
    short_pct: figures.short_pct,
    ls_entropy: figures.ls_entropy,
    basis_pct: figures.basis_pct,
    basis_status: figures.basis_pct === null ? null : basisStatus(figures.basis_pct),
    contract_count: figures.contract_count,
    exchange_count: EXCHANGE_COUNT,
    signals: [],
    signal_count: 0,
    missing: reasonsOf(SHOWN_AS, missing),
  };
}

const SHOWN_AS = {
  total_open_interest: "perps.open_interest",
  total_volume_24h: "perps.volume_24h",
  funding_rate: "perps.funding_rate",
  funding_sentiment: "perps.funding_rate",
  funding_strength: "perps.funding_rate",
  funding_zscore: "perps.funding_zscore",
  long_pct: "perps.long_pct",
  short_pct: "perps.short_pct",
  ls_entropy: "perps.ls_entropy",
  basis_pct: "perps.basis_pct",
  basis_status: "perps.basis_pct",
  contract_count: "perps.contract_count",
} as const satisfies Record<keyof typeof pulseShape, string>;

/** A fraction in percent, without the noise of binary fractions: 0.00011 is 0.011, not 0.011000000000000001. */
function inPercent(fraction: number): number {
  return Number((fraction * 100).toPrecision(12));
}

function fundingSentiment(percent: number): "BULLISH" | "BEARISH" | "NEUTRAL" {
  if (percent > 0.02) {
    return "BULLISH";
  }
  return percent < -0.02 ? "BEARISH" : "NEUTRAL";
}

function fundingStrength(percent: number): "STRONG" | "MODERATE" | "WEAK" {
  const size = Math.abs(percent);
  if (size > 0.05) {
    return "STRONG";
  }
  return size > 0.02 ? "MODERATE" : "WEAK";
}

function basisStatus(percent: number): "CONTANGO" | "BACKWARDATION" | "NEUTRAL" {
  if (percent > 0.01) {
    return "CONTANGO";
  }
  return percent < -0.01 ? "BACKWARDATION" : "NEUTRAL";
}

export const perpetualsPulseErrorSchema = z.object({
  ...errorShape,
  ...allNullSchema(pulseShape).shape,
  exchange_count: z.null(),
  signals: emptyListField,
  signal_count: z.literal(0),
});

export type PerpetualsPulseError = DeepReadonly<z.infer<typeof perpetualsPulseErrorSchema>>;

/** The body while there is no snapshot. */
export function perpetualsPulseError(failure: Failure): PerpetualsPulseError {
  return { ...errorHeadOf(failure), ...allNull(pulseShape), exchange_count: null, signals: [], signal_count: 0 };
}
