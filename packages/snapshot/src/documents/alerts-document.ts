import { z } from "zod";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { checkSimulatedIsSaid, envelopeShape } from "../shared/envelope.ts";
import { priceField, scoreField, shareField, symbolField, unixSecondsField } from "../shared/fields.ts";
import { isSorted } from "../shared/is-sorted.ts";
import { methodVersionField } from "../shared/method-version.ts";
import { regimeField } from "./market-overview.ts";

/** Older alerts than these are dropped. */
export const ALERTS_LIMIT = 100;

const alertShape = {
  /** The method of the scores behind it; an alert without it is of version 1. */
  method_version: methodVersionField.optional(),
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
  /** A regime concerns every symbol. */
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

/** The zone that a symbol's score was last in, and its last signal; Unix seconds of market time. */
export const zoneShape = {
  zone: z.enum(["bullish", "bearish", "neutral"]),
  last_seen: unixSecondsField,
  last_signal: unixSecondsField.nullable(),
};

/** The regime that was last reported, and another one that only the last snapshot showed. */
export const alertRegimeShape = { current: regimeField.nullable(), candidate: regimeField.nullable() };

/** `mobile:alerts`: the alerts, newest first. */
export const alertsDocumentSchema = z
  .object({
    ...envelopeShape,
    alerts: z
      .array(alertSchema)
      .max(ALERTS_LIMIT)
      .refine((alerts) => isSorted(alerts, (alert) => -alert.unix_timestamp), "expected the newest first")
      .refine((alerts) => new Set(alerts.map(({ id }) => id)).size === alerts.length, "expected each id once"),
    /** For the version before `worker:state`, which reads the memory of alerts here. */
    zones: z.record(symbolField, z.object(zoneShape)),
    regime: z.object(alertRegimeShape),
  })
  .superRefine(checkSimulatedIsSaid);

export type Alert = DeepReadonly<z.infer<typeof alertSchema>>;
export type AlertsDocument = DeepReadonly<z.infer<typeof alertsDocumentSchema>>;
