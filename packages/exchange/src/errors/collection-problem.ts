import type { ReportedCode } from "@pulseboard/runtime";
import type { ExchangeError } from "./exchange-error.ts";
import type { ReferenceDataError } from "./reference-error.ts";

/** One failed request, or the unusable rows of one answer; the refresh continues without that data. */
export interface CollectionProblem {
  /** The path of the request: "/v5/market/kline", "/api/v3/global"; or the input that the engine refused: "candles.5m". */
  readonly endpoint: string;
  /** The error's code ("exchange_unreachable", "reference_timeout" ...), or "bad_rows" for rows left out of a body. */
  readonly code: ReportedCode;
  /** One clear sentence; no credentials. */
  readonly message: string;
  readonly hint: string | null;
  /** The symbol of the request, null for a request that covers all symbols. */
  readonly symbol: string | null;
}

/** A failed request as the refresh reports it. */
export function toProblem(error: ExchangeError | ReferenceDataError, symbol: string | null): CollectionProblem {
  return { endpoint: error.endpoint, code: error.code, message: error.message, hint: error.hint, symbol };
}
