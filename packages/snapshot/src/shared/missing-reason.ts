import { z } from "zod";

/**
 * The reason why a figure is null. The set is closed, because readers translate it: a new reason needs a new schema
 * version.
 * - `too_short`: there is less data than the figure needs
 * - `no_activity`: no trades, a flat window or an empty book, so that the denominator is zero
 * - `stale_input`: the newest data is too old to say something about now
 * - `not_provided`: the source does not provide it
 * - `warming_up`: the first collection is not complete yet
 * - `source_unavailable`: the source could not be reached or read, and has not provided this figure before
 * - `not_enough_symbols`: too few symbols to say something about the market
 */
export const missingReasonSchema = z.enum([
  "too_short",
  "no_activity",
  "stale_input",
  "not_provided",
  "warming_up",
  "source_unavailable",
  "not_enough_symbols",
]);

export type MissingReason = z.infer<typeof missingReasonSchema>;

/** Dotted path of a null ("market_overview.btc_dominance") to its reason. */
export const missingSchema = z.record(z.string(), missingReasonSchema);

export type Missing = Readonly<Record<string, MissingReason>>;
