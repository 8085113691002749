import type { Clock } from "@pulseboard/runtime";
import { ExchangeError } from "../exchange-error.ts";

/** The two lines that the gateway logs. A pino logger fits. */
export interface GatewayLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface PauseDurations {
  /** The exchange's own ban lasts "at least 10 minutes". */
  readonly banPauseMs: number;
  readonly geoBlockProbeMs: number;
  /** First pause of an endpoint that said "too many"; doubles while it keeps saying so. */
  readonly rateLimitPauseMs: number;
  /** Pause of an endpoint that does not answer any more. */
  readonly outagePauseMs: number;
}

/** What becomes of a call that was let through. Exactly one of the three is called. */
export interface Pass {
  succeeded(): void;
  failed(error: ExchangeError): void;
  /** The caller lost interest: nothing is known. */
  abandoned(): void;
}

/** Go ahead; or wait for what the call that went ahead finds out, and ask again; or not now. */
export type Admission =
  | { readonly pass: Pass }
  | { readonly wait: Promise<void> }
  | { readonly refusal: ExchangeError };

interface Pause {
  readonly error: ExchangeError;
  readonly untilMs: number;
  readonly strikes: number;
  /** The call that went ahead after the pause, while it is under way. */
  readonly probe: Probe | null;
}

interface Probe {
  readonly ended: Promise<void>;
  readonly end: () => void;
}

const EVERYTHING = "*";
const LONGEST_RATE_LIMIT_PAUSE_MS = 60_000;
/** So many calls without an answer, in a row, and there is no use in waiting for more of them. */
const ENDPOINT_OUTAGE_AFTER = 10;
const FULL_OUTAGE_AFTER = 24;

/**
 * Knows what must not be asked for the time being. A ban or a block pauses everything; an endpoint that is over its
 * limit, or dead, pauses alone, unless all are dead. A paused call fails at once and says until when, so that a
 * refresh goes on with what is left. When the time is up, one call goes ahead and the others wait for what it finds
 * out; only its success opens the way for them.
 */
export class PauseBoard {
  readonly #clock: Clock;
  readonly #log: GatewayLog;
  readonly #durations: PauseDurations;
  readonly #pauses = new Map<string, Pause>();
  readonly #unanswered = new Map<string, number>();

  constructor(clock: Clock, log: GatewayLog, durations: PauseDurations) {
    this.#clock = clock;
    this.#log = log;
    this.#durations = durations;
  }

  /** Why `endpoint` is not asked at present, or null. */
  refusal(endpoint: string): ExchangeError | null {
    for (const scope of [EVERYTHING, endpoint]) {
      const pause = this.#pauses.get(scope);
      if (pause !== undefined && this.#clock.monotonicMs() < pause.untilMs) {
        return this.#refuse(endpoint, pause);
      }
    }
    return null;
  }

  /** To be asked right before sending. */
  admit(endpoint: string): Admission {
    const refusal = this.refusal(endpoint);
    if (refusal !== null) {
      return { refusal };
    }
    const scopes = [EVERYTHING, endpoint].filter((scope) => this.#pauses.has(scope));
    for (const scope of scopes) {
      const probe = this.#pauses.get(scope)?.probe;
      if (probe != null) {
        return { wait: probe.ended };
      }
    }
    return { pass: this.#pass(endpoint, scopes) };
  }

  /** @param scopes The pauses that have run out and that this call finds out about. */
  #pass(endpoint: string, scopes: readonly string[]): Pass {
    const probe = scopes.length === 0 ? null : createProbe();
    for (const scope of scopes) {
      this.#setProbe(scope, probe);
    }
    const end = () => {
      for (const scope of scopes) {
        this.#setProbe(scope, null);
      }
      probe?.end();
    };
    return {
      succeeded: () => {
        for (const scope of [EVERYTHING, endpoint]) {
          this.#unanswered.delete(scope);
        }
        for (const scope of scopes) {
          this.#lift(scope);
        }
        end();
      },
      failed: (error) => {
        this.#learn(endpoint, error);
        end();
      },
      abandoned: end,
    };
  }

  #learn(endpoint: string, error: ExchangeError): void {
    const { banPauseMs, geoBlockProbeMs, rateLimitPauseMs, outagePauseMs } = this.#durations;
    switch (error.code) {
      case "exchange_banned":
        this.#pause(EVERYTHING, error, () => banPauseMs);
        break;
      case "exchange_geo_blocked":
        this.#pause(EVERYTHING, error, () => geoBlockProbeMs);
        break;
      case "exchange_rate_limited":
        this.#pause(endpoint, error, (strikes) => {
          const backoffMs = Math.min(rateLimitPauseMs * 2 ** (strikes - 1), LONGEST_RATE_LIMIT_PAUSE_MS);
          return Math.max(backoffMs, error.retryAfterMs ?? 0);
        });
        break;
      case "exchange_timeout":
      case "exchange_unreachable": {
        if (this.#countUnanswered(endpoint) >= ENDPOINT_OUTAGE_AFTER) {
          this.#pause(endpoint, error, () => outagePauseMs);
        }
        if (this.#countUnanswered(EVERYTHING) >= FULL_OUTAGE_AFTER) {
          this.#pause(EVERYTHING, error, () => outagePauseMs);
        }
      }
    }
  }

  /** How many there are in a row by now. */
  #countUnanswered(scope: string): number {
    const count = (this.#unanswered.get(scope) ?? 0) + 1;
    this.#unanswered.set(scope, count);
    return count;
  }

  #pause(scope: string, error: ExchangeError, lengthMs: (strikes: number) => number): void {
    const before = this.#pauses.get(scope);
    const nowMs = this.#clock.monotonicMs();
    const isRunning = before !== undefined && nowMs < before.untilMs;
    // Answers to what was sent before the pause are no new offence, though a ban counts from the last request.
    const strikes = isRunning ? before.strikes : (before?.strikes ?? 0) + 1;
    const untilMs = Math.max(before?.untilMs ?? 0, nowMs + lengthMs(strikes));
    this.#pauses.set(scope, { error, untilMs, strikes, probe: before?.probe ?? null });
    if (isRunning) {
      return;
    }
    const fields = { code: error.code, until: this.#wallTime(untilMs), hint: error.hint };
    if (scope === EVERYTHING) {
      this.#log.warn(fields, `exchange: all calls paused until ${fields.until}: ${error.message}`);
    } else {
      // The failed calls are problems of their refresh, and reported there.
      this.#log.info(fields, `exchange: calls of ${scope} paused until ${fields.until}: ${error.message}`);
    }
  }

  #lift(scope: string): void {
    if (!this.#pauses.delete(scope)) {
      return;
    }
    this.#log.info({ scope }, `exchange: ${scope === EVERYTHING ? "it" : scope} answers again`);
  }

  #setProbe(scope: string, probe: Probe | null): void {
    const pause = this.#pauses.get(scope);
    if (pause !== undefined) {
      this.#pauses.set(scope, { ...pause, probe });
    }
  }

  #refuse(endpoint: string, pause: Pause): ExchangeError {
    return new ExchangeError({
      code: pause.error.code,
      endpoint,
      message: `${endpoint} is not asked until ${this.#wallTime(pause.untilMs)}: ${pause.error.message}`,
      cause: pause.error,
    });
  }

  #wallTime(monotonicMs: number): string {
    return new Date(this.#clock.nowMs() + monotonicMs - this.#clock.monotonicMs()).toISOString();
  }
}

function createProbe(): Probe {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { ended, end };
}
