import type { ErrorCode } from "./error-codes.ts";

export interface PulseboardErrorOptions {
  /** Stable and machine-readable: "exchange_unreachable". */
  readonly code: ErrorCode;
  /** True when the same call may succeed later. Decided where the failure enters the program. */
  readonly retryable: boolean;
  /** One sentence that tells the operator how to mend it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * The base class of every error that we raise. Its message names the fault, and never contains a credential. Any other error
 * that surfaces is a defect.
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
