import { type Clock, withTimeout } from "@pulseboard/runtime";
import { ExchangeError, type ExchangeErrorCode } from "../errors/exchange-error.ts";
import type { ExchangeRequest } from "../gateway/exchange-api.ts";
import type { CircuitBreaker, Ticket } from "./circuit-breaker.ts";
import type { Permit, Priority, RateLimiter } from "./rate-limiter.ts";

export interface CallDurations {
  /** From sending to the last byte of the body. */
  readonly requestTimeoutMs: number;
  /** From the first sending to the end of the last retry. */
  readonly callDeadlineMs: number;
  /** Mean wait before the first retry; doubles with each. */
  readonly retryBackoffMs: number;
  /** How long no request at all is sent after an answer of "too many requests". */
  readonly rateLimitHoldMs: number;
}

/** Told the outcome of each request that was sent and not given up. */
export type OnRequestEnd = (endpoint: string, outcome: "ok" | ExchangeErrorCode) => void;

export interface ExchangeCallerOptions {
  readonly rateLimiter: RateLimiter;
  readonly circuitBreaker: CircuitBreaker;
  readonly durations: CallDurations;
  readonly clock: Clock;
  /** 0 up to 1, for the jitter of retries. */
  readonly random: () => number;
  /** Called as a request is sent, and the function that it returns when that has ended, however it did. */
  readonly onRequest?: ((endpoint: string) => () => void) | undefined;
  readonly onRequestEnd?: OnRequestEnd | undefined;
}

/** Every request to the exchange goes through here. */
export interface ExchangeCaller {
  /**
   * Sends a request within the rate limit and its timeout, and repeats it where that may help.
   *
   * @throws ExchangeError, or the signal's reason when it is aborted
   */
  call<T>(request: ExchangeRequest<T>, priority: Priority, signal: AbortSignal): Promise<T>;
}

const MAX_RETRIES = 2;

type Outcome<T> =
  | { readonly value: T; readonly error: null; readonly sentAtMs: number }
  | { readonly value: null; readonly error: ExchangeError; readonly sentAtMs: number };

export function createExchangeCaller(options: ExchangeCallerOptions): ExchangeCaller {
  const { rateLimiter, circuitBreaker, durations, clock, random, onRequest, onRequestEnd } = options;

  /** The right to send. Throws the error of an open circuit. */
  const admit = async (
    endpoint: string,
    priority: Priority,
    signal: AbortSignal,
  ): Promise<{ permit: Permit; ticket: Ticket }> => {
    for (;;) {
      const openError = circuitBreaker.openError(endpoint);
      if (openError !== null) {
        throw openError;
      }
      const permit = await rateLimiter.acquire(priority, signal).catch((reason: unknown) => {
        // A ban fails everyone who waits, with an error that names the endpoint that met it; ours names this one.
        throw circuitBreaker.openError(endpoint) ?? reason;
      });
      const entry = circuitBreaker.enter(endpoint);
      if (entry.state === "closed") {
        return { permit, ticket: entry.ticket };
      }
      permit.cancel();
      if (entry.state === "open") {
        throw entry.error;
      }
      // The probe has bounds of its own, but this wait does not rest on them, and ends with its refresh.
      const ms = durations.callDeadlineMs;
      await withTimeout(() => entry.probeEnded, { clock, ms, signal, onTimeout: () => undefined });
    }
  };

  const holdOthers = (error: ExchangeError): void => {
    if (error.code === "exchange_banned" || error.code === "exchange_geo_blocked") {
      rateLimiter.rejectWaiting(error);
    }
    if (error.code === "exchange_rate_limited") {
      rateLimiter.hold(durations.rateLimitHoldMs);
    }
  };

  const attempt = async <T>(
    request: ExchangeRequest<T>,
    priority: Priority,
    signal: AbortSignal,
    deadlineMs: number,
  ): Promise<Outcome<T>> => {
    const { endpoint } = request;
    const { permit, ticket } = await admit(endpoint, priority, signal);
    const sentAtMs = clock.monotonicMs();
    const ended = onRequest?.(endpoint);
    const ms = Math.max(1, Math.min(durations.requestTimeoutMs, deadlineMs - sentAtMs));
    try {
      const value = await withTimeout(request.send, { clock, ms, signal, onTimeout: () => failTimedOut(endpoint) });
      permit.answered();
      ticket.succeeded();
      onRequestEnd?.(endpoint, "ok");
      return { value, error: null, sentAtMs };
    } catch (error) {
      if (!(error instanceof ExchangeError) || signal.aborted) {
        ticket.abandoned();
        permit.unanswered();
        signal.throwIfAborted();
        throw error;
      }
      onRequestEnd?.(endpoint, error.code);
      // The ticket before the permit: the next in line must meet the open circuit.
      ticket.failed(error);
      holdOthers(error);
      const isUnanswered = error.code === "exchange_timeout" || error.code === "exchange_unreachable";
      if (isUnanswered) {
        permit.unanswered();
      } else {
        permit.answered();
      }
      return { value: null, error, sentAtMs };
    } finally {
      ended?.();
    }
  };

  return {
    call: async (request, priority, signal) => {
      let deadlineMs = Number.POSITIVE_INFINITY;
      for (let retries = 0; ; retries++) {
        const outcome = await attempt(request, priority, signal, deadlineMs);
        if (outcome.error === null) {
          return outcome.value;
        }
        deadlineMs = Math.min(deadlineMs, outcome.sentAtMs + durations.callDeadlineMs);
        // Between half and one and a half of the mean, so that what failed together does not come back together.
        const waitMs = durations.retryBackoffMs * 2 ** retries * (0.5 + random());
        const isTooLate = clock.monotonicMs() + waitMs >= deadlineMs;
        if (!outcome.error.retryNow || retries >= MAX_RETRIES || isTooLate) {
          throw outcome.error;
        }
        await clock.sleep(waitMs, signal).catch(() => signal.throwIfAborted());
      }
    },
  };
}

function failTimedOut(endpoint: string): never {
  throw new ExchangeError({
    code: "exchange_timeout",
    endpoint,
    message: `The exchange did not complete its answer to ${endpoint} in time.`,
  });
}
