import { ExchangeError } from "../exchange-error.ts";
import type { Envelope } from "../transport/envelope.ts";

/** A whole body that cannot be used. */
export function badBody(endpoint: string, reason: string): ExchangeError {
  return new ExchangeError({
    code: "exchange_bad_body",
    endpoint,
    message: `The exchange answered ${endpoint} with a body that cannot be used (${reason}).`,
  });
}

/** `result.list`. Throws when it is not there: an answer without its list is not an empty one. */
export function readList(endpoint: string, envelope: Envelope): readonly unknown[] {
  const list = envelope.result.list;
  if (!Array.isArray(list)) {
    throw badBody(endpoint, "result.list is missing");
  }
  return list;
}
