import type { Clock } from "./clock.ts";
import type { RuntimeDurations } from "./durations.ts";
import type { ErrorCode } from "./error-codes.ts";
import { PulseboardError } from "./errors.ts";
import type { Logger } from "./logger.ts";

/** Logs one line when something becomes unavailable and one when it is available again, however many parts notice. */
export interface OutageLog {
  /** Reports that `what` ("redis", "memcached", "disk") failed: a warning at the beginning of its outage, debug after that. */
  failed(what: string, error: Error, details?: object): void;
  /** Reports that `what` works: one line if that ends its outage. */
  works(what: string, details?: object): void;
  /** True while an outage of `what` lasts. */
  isUnavailable(what: string): boolean;
}

interface Outage {
  isUnavailable: boolean;
  lastFailureMs: number;
  lastEndMs: number;
  /** How long it must have worked before this outage counts as over. */
  steadyMs: number;
}

/** Names as people write them. */
const TITLES: Readonly<Record<string, string>> = {
  redis: "Redis",
  disk: "The disk",
  history: "The history",
  "refresh queue": "The refresh queue",
};

/** What a process says that closes something while it is still used: it ends, and nothing is unavailable. */
const CLOSED_BY_US: readonly ErrorCode[] = ["store_closed", "queue_closed"];

/**
 * Creates the outage log of a process. Something that flaps must work ever longer (1 s, 2 s ... 1 min) before its outage
 * counts as over, so that it does not fill the log. Until then each `works` changes nothing: callers report again.
 *
 * @param log gets `{ outage: what, err }` at warn and `{ outage: what }` at info
 */
export function createOutageLog(log: Logger, clock: Clock, durations: RuntimeDurations): OutageLog {
  const { flappingWithinMs, minSteadyMs, maxSteadyMs } = durations;
  const outages = new Map<string, Outage>();
  return {
    failed: (what, err, details = {}) => {
      if (err instanceof PulseboardError && CLOSED_BY_US.includes(err.code)) {
        return;
      }
      const nowMs = clock.monotonicMs();
      const title = TITLES[what] ?? what;
      const before = outages.get(what);
      if (before?.isUnavailable) {
        before.lastFailureMs = nowMs;
        log.debug({ outage: what, err, ...details }, `${title} is still unavailable`);
        return;
      }
      const isFlapping = before !== undefined && nowMs - before.lastEndMs < flappingWithinMs;
      const steadyMs = isFlapping ? Math.min(Math.max(2 * before.steadyMs, minSteadyMs), maxSteadyMs) : 0;
      outages.set(what, { isUnavailable: true, lastFailureMs: nowMs, lastEndMs: 0, steadyMs });
      log.warn({ outage: what, err, ...details }, `${title} is unavailable: going on without it and trying again`);
    },
    works: (what, details = {}) => {
      const outage = outages.get(what);
      const nowMs = clock.monotonicMs();
      if (outage === undefined || !outage.isUnavailable || nowMs - outage.lastFailureMs < outage.steadyMs) {
        return;
      }
      outage.isUnavailable = false;
      outage.lastEndMs = nowMs;
      log.info({ outage: what, ...details }, `${TITLES[what] ?? what} is available again`);
    },
    isUnavailable: (what) => outages.get(what)?.isUnavailable === true,
  };
}
