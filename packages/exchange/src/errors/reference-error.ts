import { PulseboardError } from "@pulseboard/runtime";

export type ReferenceErrorCode =
  | "reference_unreachable"
  | "reference_timeout"
  | "reference_unavailable"
  | "reference_rate_limited"
  | "reference_refused"
  | "reference_bad_body";

const HINTS: Readonly<Record<ReferenceErrorCode, string>> = {
  reference_unreachable: "Check the network and REFERENCE_URL; everything else works without reference data.",
  reference_timeout: "The service is slow; it will be asked again later.",
  reference_unavailable: "The service reports a problem on its side; it will be asked again later.",
  reference_rate_limited: "The service limits free use by address; it will be asked again later.",
  reference_refused: "The service refuses this address; another service is used where there is one.",
  reference_bad_body: "If this continues, the service has changed its format.",
};

/** A call to a reference-data API that failed. */
export class ReferenceDataError extends PulseboardError {
  override readonly code: ReferenceErrorCode;
  /** "/api/v3/global". */
  readonly endpoint: string;
  readonly retryAfterMs: number | null;

  constructor(
    code: ReferenceErrorCode,
    endpoint: string,
    message: string,
    more: { readonly retryAfterMs?: number | null; readonly cause?: unknown } = {},
  ) {
    super(message, { code, retryable: code !== "reference_refused", hint: HINTS[code], cause: more.cause });
    this.code = code;
    this.endpoint = endpoint;
    this.retryAfterMs = more.retryAfterMs ?? null;
  }
}
