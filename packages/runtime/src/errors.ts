import type { ErrorCode } from "./error-codes.ts";

export interface PulseboardErrorOptions {
  /** Stable and machine-readable: "exchange_unreachable". */
  readonly code: ErrorCode;
  /** Whether doing the same again later can help. Decided where the failure enters the program. */
  readonly retryable: boolean;
  /** What the reader can do about it, one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * The one base class of errors that we raise ourselves. Messages name what is wrong, never a credential.
 * Anything else that surfaces is a defect.
 */
export class PulseboardError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly hint: string | null;

  constructor(message: string, options: PulseboardErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.retryable = options.retryable;
    this.hint = options.hint ?? null;
  }
}
