import type { Clock } from "@pulseboard/runtime";

/** Enough for minutes at the exchange's limit. */
const KEPT = 20_000;

/** A request to the exchange, as `GET /__requests` lists it. */
export interface LoggedRequest {
  /** Its arrival, Unix ms. */
  readonly at_ms: number;
  readonly endpoint: string;
  /** "ok", "banned", or the fault that it met. */
  readonly answer: string;
}

/** A ban of an address; both in Unix ms. */
export interface LoggedBan {
  readonly from_ms: number;
  readonly until_ms: number;
}

export interface RequestPage {
  /** Unix ms. The next simulator on this port has another. */
  readonly started_at_ms: number;
  /** For the next question. */
  readonly next: number;
  /** Those that were asked for and are no longer kept. */
  readonly dropped: number;
  readonly requests: readonly LoggedRequest[];
  /** All of this simulator's life. */
  readonly bans: readonly LoggedBan[];
}

/** The requests to the exchange in the order of their arrival, so that budget and bans can be judged from outside. */
export interface RequestLog {
  add(request: Omit<LoggedRequest, "at_ms">): void;
  addBan(lengthMs: number): void;
  /** Those from number `after` on; the first request has the number 0. */
  page(after: number): RequestPage;
}

/** Time in it goes on evenly from the start, whatever happens to the wall clock. */
export function createRequestLog(clock: Clock): RequestLog {
  const startedMs = clock.nowMs();
  const originMs = startedMs - clock.monotonicMs();
  const unixMs = () => Math.round(originMs + clock.monotonicMs());
  let requests: LoggedRequest[] = [];
  let dropped = 0;
  const bans: LoggedBan[] = [];
  return {
    add: (request) => {
      requests.push({ at_ms: unixMs(), ...request });
      if (requests.length >= 2 * KEPT) {
        dropped += requests.length - KEPT;
        requests = requests.slice(-KEPT);
      }
    },
    addBan: (lengthMs) => {
      const fromMs = unixMs();
      bans.push({ from_ms: fromMs, until_ms: fromMs + lengthMs });
    },
    page: (after) => ({
      started_at_ms: startedMs,
      next: dropped + requests.length,
      dropped: Math.max(0, dropped - after),
      requests: requests.slice(Math.max(0, after - dropped)),
      bans,
    }),
  };
}
