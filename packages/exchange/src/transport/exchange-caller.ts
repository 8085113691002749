import type { Clock } from "@pulseboard/runtime";
import { ExchangeError, type ExchangeErrorCode } from "../exchange-error.ts";
import type { BybitClient } from "./bybit-client.ts";
import type { Endpoint, QueryParams } from "./endpoints.ts";
import type { Envelope } from "./envelope.ts";
import type { Pass, PauseBoard } from "./pause-board.ts";
import type { Lane, RequestBudget, Slot } from "./request-budget.ts";
import { withTimeout } from "./with-timeout.ts";

export interface CallTiming {
  /** From sending to the last byte of the body. */
  readonly requestTimeoutMs: number;
  /** From the first sending to the end of the last retry. */
  readonly callDeadlineMs: number;
  /** Mean wait before the first retry; doubles with each. */
  readonly backoffMs: number;
  /** How long everybody holds back after an answer of "too many". */
  readonly rateLimitHoldMs: number;
}

export interface ExchangeCall<T> {
  readonly endpoint: Endpoint;
  readonly params: QueryParams;
  readonly lane: Lane;
  readonly signal: AbortSignal;
  /** Throws an ExchangeError for a body that cannot be used. It counts as a failed attempt. */
  readonly parse: (envelope: Envelope) => T;
}

/** Told of each request that was sent and not given up: what became of it. */
export type OnRequestEnd = (endpoint: Endpoint, outcome: "ok" | ExchangeErrorCode) => void;

export interface ExchangeCallerOptions {
  readonly client: BybitClient;
  readonly budget: RequestBudget;
  readonly pauses: PauseBoard;
  readonly clock: Clock;
  readonly random: () => number;
  readonly timing: CallTiming;
  readonly onRequestEnd?: OnRequestEnd | undefined;
}

const MAX_RETRIES = 2;

/** Every call to the exchange goes through here: paused, budgeted, timed, retried where that helps. */
export class ExchangeCaller {
  readonly #options: ExchangeCallerOptions;

  constructor(options: ExchangeCallerOptions) {
    this.#options = options;
  }

  /** @throws ExchangeError, or the signal's reason when it is aborted. */
  async call<T>(call: ExchangeCall<T>): Promise<T> {
    const { clock, random, timing } = this.#options;
    let deadlineMs = Number.POSITIVE_INFINITY;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(call, deadlineMs);
      if (outcome.error === null) {
        return outcome.value;
      }
      deadlineMs = Math.min(deadlineMs, outcome.sentAtMs + timing.callDeadlineMs);
      // Between half and one and a half of the mean, so that what failed together does not come back together.
      const waitMs = timing.backoffMs * 2 ** attempt * (0.5 + random());
      const isTooLate = clock.monotonicMs() + waitMs >= deadlineMs;
      if (!outcome.error.retryNow || attempt >= MAX_RETRIES || isTooLate) {
        throw outcome.error;
      }
      await clock.sleep(waitMs, call.signal).catch(() => call.signal.throwIfAborted());
    }
  }

  async #attempt<T>(call: ExchangeCall<T>, deadlineMs: number): Promise<Outcome<T>> {
    const { client, clock, timing, onRequestEnd } = this.#options;
    const { slot, pass } = await this.#admission(call);
    const sentAtMs = clock.monotonicMs();
    const timeoutMs = Math.max(1, Math.min(timing.requestTimeoutMs, deadlineMs - sentAtMs));
    try {
      const envelope = await withTimeout(clock, timeoutMs, call.signal, (signal) =>
        client.get(call.endpoint, call.params, signal),
      );
      const value = call.parse(envelope);
      slot.answered();
      pass.succeeded();
      onRequestEnd?.(call.endpoint, "ok");
      return { value, error: null, sentAtMs };
    } catch (error) {
      if (!(error instanceof ExchangeError) || call.signal.aborted) {
        pass.abandoned();
        slot.unanswered();
        call.signal.throwIfAborted();
        throw error;
      }
      onRequestEnd?.(call.endpoint, error.code);
      // Before the slot goes to the next one in line.
      pass.failed(error);
      this.#holdBack(error);
      const isUnanswered = error.code === "exchange_timeout" || error.code === "exchange_unreachable";
      if (isUnanswered) {
        slot.unanswered();
      } else {
        slot.answered();
      }
      return { value: null, error, sentAtMs };
    }
  }

  /** The right to send. Throws the ExchangeError of the pause that the endpoint falls under. */
  async #admission<T>({ endpoint, lane, signal }: ExchangeCall<T>): Promise<{ slot: Slot; pass: Pass }> {
    const { budget, pauses } = this.#options;
    for (;;) {
      const refusal = pauses.refusal(endpoint);
      if (refusal !== null) {
        throw refusal;
      }
      const slot = await budget.acquire(lane, signal).catch((reason: unknown) => {
        // Turned away by a ban: it says so for this endpoint.
        throw pauses.refusal(endpoint) ?? reason;
      });
      const admission = pauses.admit(endpoint);
      if ("pass" in admission) {
        return { slot, pass: admission.pass };
      }
      slot.cancel();
      if ("refusal" in admission) {
        throw admission.refusal;
      }
      await admission.wait;
    }
  }

  #holdBack(error: ExchangeError): void {
    const { budget, timing } = this.#options;
    if (error.code === "exchange_banned" || error.code === "exchange_geo_blocked") {
      budget.rejectWaiting(error);
    }
    if (error.code === "exchange_rate_limited") {
      budget.hold(timing.rateLimitHoldMs);
    }
  }
}

type Outcome<T> =
  | { readonly value: T; readonly error: null; readonly sentAtMs: number }
  | { readonly value: null; readonly error: ExchangeError; readonly sentAtMs: number };
