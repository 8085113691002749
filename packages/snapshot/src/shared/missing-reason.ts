import { z } from "zod";

/**
 * Why a figure is null. A closed set: a reader may translate it, so a new reason is a new schema version.
 * - `too_short`: there is data, but less than the figure needs
 * - `no_activity`: nothing traded, a flat window, an empty book: the denominator is zero
 * - `stale_input`: the newest data is too old to say something about now
 * - `not_provided`: the source does not give it
 * - `warming_up`: it will be there once the first collection is through
 * - `source_unavailable`: the source could not be reached or read; what is shown is what it said before, and what is null it
 *   never said
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
