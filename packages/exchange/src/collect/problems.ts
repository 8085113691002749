import type { ExchangeError } from "../exchange-error.ts";
import type { CollectionProblem } from "../exchange-gateway.ts";

/** A failed call as the refresh reports it. */
export function toProblem(error: ExchangeError, symbol: string | null): CollectionProblem {
  return { endpoint: error.endpoint, code: error.code, message: error.message, hint: error.hint, symbol };
}
