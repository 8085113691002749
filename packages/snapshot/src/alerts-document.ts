import { z } from "zod";
import type { DeepReadonly } from "./deep-readonly.ts";
import { checkSimulatedIsSaid, envelopeShape } from "./envelope.ts";
import { priceField, scoreField, shareField, symbolField, unixSecondsField } from "./fields.ts";
import { isSorted } from "./is-sorted.ts";
import { regimeField } from "./market-overview.ts";

/** So many alerts are kept; the oldest go first. */
export const ALERTS_LIMIT = 100;

const alertShape = {
  /** Never used twice: "signal:BTCUSDT:1749556800". */
  id: z.string().min(1).max(80),
  message: z.string().min(1).max(200),
  /** Market time, Unix seconds; both names for the page. */
  timestamp: unixSecondsField,
  unix_timestamp: unixSecondsField,
};

const signalAlertSchema = z.object({
  ...alertShape,
  alert_type: z.literal("signal"),
  level: z.literal("info"),
  symbol: symbolField,
  details: z.object({
    direction: z.enum(["bullish", "bearish"]),
    score: scoreField,
    /** The score that it crossed: 65 or 35. */
    threshold: scoreField,
    reliability: shareField,
    price: priceField,
  }),
});

const regimeAlertSchema = z.object({
  ...alertShape,
  alert_type: z.literal("regime_change"),
  /** It concerns every symbol. */
  level: z.literal("warning"),
  symbol: z.null(),
  details: z.object({ from: regimeField, to: regimeField }),
});

/** One entry of `/api/dashboard/alerts`. */
export const alertSchema = z
  .discriminatedUnion("alert_type", [signalAlertSchema, regimeAlertSchema])
  .refine((alert) => alert.timestamp === alert.unix_timestamp, {
    path: ["unix_timestamp"],
    message: "expected the same moment as timestamp",
  });

/** `mobile:alerts`: what happened, newest first, and what the worker compares the next refresh with. */
export const alertsDocumentSchema = z
  .object({
    ...envelopeShape,
    alerts: z
      .array(alertSchema)
      .max(ALERTS_LIMIT)
      .refine((alerts) => isSorted(alerts, (alert) => -alert.unix_timestamp), "expected the newest first")
      .refine((alerts) => new Set(alerts.map(({ id }) => id)).size === alerts.length, "expected each id once"),
    /** Where each symbol's score was last, and when it last gave a signal; Unix seconds of market time. */
    zones: z.record(
      symbolField,
      z.object({
        zone: z.enum(["bullish", "bearish", "neutral"]),
        last_seen: unixSecondsField,
        last_signal: unixSecondsField.nullable(),
      }),
    ),
    /** The regime that was last reported, and another one that is not held yet. */
    regime: z.object({ current: regimeField.nullable(), candidate: regimeField.nullable() }),
  })
  .superRefine(checkSimulatedIsSaid);

export type Alert = DeepReadonly<z.infer<typeof alertSchema>>;
export type AlertsDocument = DeepReadonly<z.infer<typeof alertsDocumentSchema>>;
