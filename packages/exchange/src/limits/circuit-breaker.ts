import type { Clock } from "@pulseboard/runtime";
import { ExchangeError } from "../errors/exchange-error.ts";

/** The gateway logs at these two levels. A pino logger fits. */
export interface GatewayLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface CircuitBreakerDurations {
  /** Pause of all calls after an IP ban; the exchange's own lasts "at least 10 minutes". */
  readonly banPauseMs: number;
  /** Time between two probes of a geo-block. */
  readonly geoBlockProbeMs: number;
  /** First pause of an endpoint that is over its rate limit; doubles while it stays over it. */
  readonly rateLimitPauseMs: number;
  /** The doubling ends here, and no longer pause is granted to a header that asks for it. */
  readonly longestRateLimitPauseMs: number;
  /** Pause of an endpoint, or of everything, that no longer answers. */
  readonly outagePauseMs: number;
}

/** Reports how a call ended. Call exactly one of the three, once. */
export interface Ticket {
  succeeded(): void;
  failed(error: ExchangeError): void;
  /** The caller gave up before the outcome was known. */
  abandoned(): void;
}

/**
 * The answer to a call that wants to be sent.
 * - closed: send it, and report on the ticket. After a pause this is the probe ticket: the call decides for all others
 * - half-open: another call is the probe; wait until it has ended, and enter again
 * - open: fail with this error
 */
export type Entry =
  | { readonly state: "closed"; readonly ticket: Ticket }
  | { readonly state: "half-open"; readonly probeEnded: Promise<void> }
  | { readonly state: "open"; readonly error: ExchangeError };

/** A pause that the exchange asked for. */
export interface ExchangePause {
  /** "*" for all calls, or the endpoint. */
  readonly scope: string;
  readonly code: string;
  /** Unix ms. */
  readonly untilMs: number;
}

/** Keeps calls from an exchange, or from one of its endpoints, that would only make things worse. */
export interface CircuitBreaker {
  /** The error for calls of `endpoint` while its circuit is open, else null. */
  openError(endpoint: string): ExchangeError | null;
  /** To be called right before sending. */
  enter(endpoint: string): Entry;
  /** Goes on with the pauses of an earlier process. A geo-block is not one: a restart may be its cure. */
  resume(pauses: readonly ExchangePause[]): void;
}

export interface CircuitBreakerOptions {
  readonly clock: Clock;
  readonly log: GatewayLog;
  readonly durations: CircuitBreakerDurations;
  /** Called with all pauses of the moment when one begins, grows or ends. */
  readonly onPauses?: ((pauses: readonly ExchangePause[]) => void) | undefined;
}

/** An open circuit; half-open from `untilMs` (monotonic) until a probe succeeds. */
interface Circuit {
  readonly error: ExchangeError;
  readonly untilMs: number;
  /** How often it opened without a success in between. */
  readonly strikes: number;
  /** The probe under way, if any. */
  readonly probe: Probe | null;
}

interface Probe {
  readonly ended: Promise<void>;
  readonly end: () => void;
}

/** The scope of a ban, a geo-block or a complete outage; every other scope is an endpoint. */
const WHOLE_EXCHANGE = "*";
/** After so many calls in a row without an answer, waiting for more of them is pointless. */
const ENDPOINT_OUTAGE_AFTER = 10;
const FULL_OUTAGE_AFTER = 24;

/**
 * Creates a breaker with a circuit for the whole exchange and one for each endpoint. A ban or a geo-block opens the
 * whole exchange's; a rate limit or a dead endpoint opens that endpoint's alone. A call that meets an open circuit fails
 * at once and says until when, so that a refresh continues with what is left. When the time is up, the circuit is
 * half-open: one call goes ahead as the probe and the others wait for its outcome; only its success closes the circuit.
 */
export function createCircuitBreaker({ clock, log, durations, onPauses }: CircuitBreakerOptions): CircuitBreaker {
  /** The circuits that are not closed. */
  const circuits = new Map<string, Circuit>();
  /** Calls without an answer, in a row. */
  const unanswered = new Map<string, number>();

  const wallTime = (monotonicMs: number): string =>
    new Date(clock.nowMs() + monotonicMs - clock.monotonicMs()).toISOString();

  const reportPauses = (): void => {
    const nowMs = clock.monotonicMs();
    const open = [...circuits].filter(([, { untilMs }]) => untilMs > nowMs);
    onPauses?.(
      open.map(([scope, { error, untilMs }]) => ({
        scope,
        code: error.code,
        untilMs: clock.nowMs() + untilMs - nowMs,
      })),
    );
  };

  const openError = (endpoint: string): ExchangeError | null => {
    for (const scope of [WHOLE_EXCHANGE, endpoint]) {
      const circuit = circuits.get(scope);
      if (circuit !== undefined && clock.monotonicMs() < circuit.untilMs) {
        const { code, message } = circuit.error;
        return new ExchangeError({
          code,
          endpoint,
          message: `${endpoint} is not asked until ${wallTime(circuit.untilMs)}: ${message}`,
          cause: circuit.error,
        });
      }
    }
    return null;
  };

  const open = (scope: string, error: ExchangeError, lengthMs: (strikes: number) => number): void => {
    const before = circuits.get(scope);
    const nowMs = clock.monotonicMs();
    const isOpenAlready = before !== undefined && nowMs < before.untilMs;
    // Answers to requests from before it opened are no new offence, though a ban counts from the last request.
    const strikes = isOpenAlready ? before.strikes : (before?.strikes ?? 0) + 1;
    const untilMs = Math.max(before?.untilMs ?? 0, nowMs + lengthMs(strikes));
    circuits.set(scope, { error, untilMs, strikes, probe: before?.probe ?? null });
    reportPauses();
    if (isOpenAlready) {
      return;
    }
    const fields = { code: error.code, until: wallTime(untilMs), hint: error.hint };
    if (scope === WHOLE_EXCHANGE) {
      log.warn(fields, `exchange: all calls paused until ${fields.until}: ${error.message}`);
    } else {
      // The failed calls are problems of their refresh, and reported there.
      log.info(fields, `exchange: calls of ${scope} paused until ${fields.until}: ${error.message}`);
    }
  };

  const countUnanswered = (scope: string): number => {
    const count = (unanswered.get(scope) ?? 0) + 1;
    unanswered.set(scope, count);
    return count;
  };

  const openAfter = (endpoint: string, error: ExchangeError): void => {
    const { banPauseMs, geoBlockProbeMs, rateLimitPauseMs, longestRateLimitPauseMs, outagePauseMs } = durations;
    switch (error.code) {
      case "exchange_banned":
        open(WHOLE_EXCHANGE, error, () => banPauseMs);
        break;
      case "exchange_geo_blocked":
        open(WHOLE_EXCHANGE, error, () => geoBlockProbeMs);
        break;
      case "exchange_rate_limited":
        open(endpoint, error, (strikes) => {
          const backoffMs = Math.min(rateLimitPauseMs * 2 ** (strikes - 1), longestRateLimitPauseMs);
          return Math.max(backoffMs, Math.min(error.retryAfterMs ?? 0, longestRateLimitPauseMs));
        });
        break;
      case "exchange_timeout":
      case "exchange_unreachable": {
        if (countUnanswered(endpoint) >= ENDPOINT_OUTAGE_AFTER) {
          open(endpoint, error, () => outagePauseMs);
        }
        if (countUnanswered(WHOLE_EXCHANGE) >= FULL_OUTAGE_AFTER) {
          open(WHOLE_EXCHANGE, error, () => outagePauseMs);
        }
      }
    }
  };

  const close = (scope: string): void => {
    if (circuits.delete(scope)) {
      reportPauses();
      log.info({ scope }, `exchange: ${scope === WHOLE_EXCHANGE ? "it" : scope} answers again`);
    }
  };

  const setProbe = (scope: string, probe: Probe | null): void => {
    const circuit = circuits.get(scope);
    if (circuit !== undefined) {
      circuits.set(scope, { ...circuit, probe });
    }
  };

  /** @param halfOpen the scopes that this call probes */
  const createTicket = (endpoint: string, halfOpen: readonly string[]): Ticket => {
    const probe = halfOpen.length === 0 ? null : createProbe();
    for (const scope of halfOpen) {
      setProbe(scope, probe);
    }
    const endProbe = () => {
      for (const scope of halfOpen) {
        setProbe(scope, null);
      }
      probe?.end();
    };
    return {
      succeeded: () => {
        for (const scope of [WHOLE_EXCHANGE, endpoint]) {
          unanswered.delete(scope);
        }
        for (const scope of halfOpen) {
          close(scope);
        }
        endProbe();
      },
      failed: (error) => {
        openAfter(endpoint, error);
        endProbe();
      },
      abandoned: endProbe,
    };
  };

  const resume = (pauses: readonly ExchangePause[]): void => {
    const { banPauseMs, longestRateLimitPauseMs } = durations;
    for (const { scope, code, untilMs } of pauses) {
      if (code !== "exchange_banned" && code !== "exchange_rate_limited") {
        continue;
      }
      // The wall clock may have been set back since: no pause is longer than a new one.
      const longestMs = code === "exchange_banned" ? banPauseMs : longestRateLimitPauseMs;
      const leftMs = Math.min(untilMs - clock.nowMs(), longestMs);
      if (leftMs > 0) {
        const endpoint = scope === WHOLE_EXCHANGE ? "every endpoint" : scope;
        const message = `The exchange asked for a pause of ${endpoint} before this start.`;
        open(scope, new ExchangeError({ code, endpoint, message }), () => leftMs);
      }
    }
  };

  return {
    openError,
    resume,
    enter: (endpoint) => {
      const error = openError(endpoint);
      if (error !== null) {
        return { state: "open", error };
      }
      const halfOpen = [WHOLE_EXCHANGE, endpoint].filter((scope) => circuits.has(scope));
      for (const scope of halfOpen) {
        const probe = circuits.get(scope)?.probe;
        if (probe != null) {
          return { state: "half-open", probeEnded: probe.ended };
        }
      }
      return { state: "closed", ticket: createTicket(endpoint, halfOpen) };
    },
  };
}

function createProbe(): Probe {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { ended, end };
}
