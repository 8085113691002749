import { PulseboardError } from "./errors.ts";

/** An error as a log line has it. */
export interface LoggedError {
  /** Class name: distinguishes our own errors from defects. */
  readonly type: string;
  /** Ours, or the system's ("ECONNREFUSED"); without either, the class name. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly retryable?: boolean;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

const MAX_CAUSES = 5;

/**
 * Turns anything that was thrown into plain fields, with its causes. Stacks are for developers: defects (errors that are
 * not ours) have one, and with `alwaysStack` all errors.
 */
export function describeError(thrown: unknown, alwaysStack: boolean, depth = 0): LoggedError {
  if (!(thrown instanceof Error)) {
    return { type: typeof thrown, code: "not_an_error", message: String(thrown) };
  }
  const ours = thrown instanceof PulseboardError;
  const code = "code" in thrown && typeof thrown.code === "string" ? thrown.code : thrown.name;
  return {
    type: thrown.name,
    code,
    message: messageOf(thrown),
    ...(ours && thrown.hint !== null ? { hint: thrown.hint } : {}),
    ...(ours ? { retryable: thrown.retryable } : {}),
    ...((alwaysStack || (!ours && depth === 0)) && thrown.stack !== undefined ? { stack: thrown.stack } : {}),
    ...(thrown.cause !== undefined && depth < MAX_CAUSES
      ? { cause: describeError(thrown.cause, alwaysStack, depth + 1) }
      : {}),
  };
}

/** Node's connect error over several addresses has an empty message, but its parts have one each. */
function messageOf(error: Error): string {
  if (error.message === "" && error instanceof AggregateError) {
    return error.errors.map((part) => (part instanceof Error ? part.message : String(part))).join("; ");
  }
  return error.message;
}
