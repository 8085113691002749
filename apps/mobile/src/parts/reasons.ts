import type { MissingReason } from "@pulseboard/snapshot";
import { hasOwn } from "../format/has-own.ts";

const SENTENCES: Readonly<Record<MissingReason, string>> = {
  too_short: "There is data, but not enough for this figure yet.",
  no_activity: "Nothing traded or moved, so there is nothing to measure.",
  stale_input: "The newest data is too old to describe the present.",
  not_provided: "The source does not provide it.",
  warming_up: "It will appear once the first data collection has finished.",
  source_unavailable: "The source could not be reached or read.",
  not_enough_symbols: "Too few symbols are known to describe the market.",
};

/**
 * Says why a figure is unknown.
 *
 * @param reason - The code from `missing`; undefined when the response gives none, which the sentence then says.
 */
export function reasonSentence(reason: string | null | undefined): string {
  if (reason === null || reason === undefined) {
    return "No reason was given.";
  }
  return isKnown(reason) ? SENTENCES[reason] : `The reason given is "${reason}".`;
}

function isKnown(reason: string): reason is MissingReason {
  return hasOwn(SENTENCES, reason);
}
