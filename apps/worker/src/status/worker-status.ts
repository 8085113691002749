import { hostname } from "node:os";
import type { CollectionProblem, ExchangePause } from "@pulseboard/exchange";
import {
  type Build,
  type Clock,
  type Logger,
  type Metrics,
  type PulseboardError,
  sleepUnlessAborted,
} from "@pulseboard/runtime";
import { formatWorkerStatus, isoFromUnixMs, type WorkerStatus } from "@pulseboard/snapshot";
import type { DocumentStore } from "@pulseboard/storage";
import { codeOf, createAttemptReasons } from "./attempt-reasons.ts";
import type { WorkerReasons } from "./worker-reasons.ts";

export interface WorkerStatusOptions {
  readonly stores: readonly DocumentStore[];
  readonly reasons: WorkerReasons;
  readonly build: Build;
  readonly origin: string;
  readonly dataDir: string;
  readonly periodMs: number;
  /** Of the worker before this one, Unix ms; null without one. */
  readonly lastSuccessMs: number | null;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Writes `worker:status`: what only the worker knows, for servers and operators. Writing never fails and never waits. */
export interface WorkerStatusWriter {
  /** Runs one attempt at a refresh, and writes how it went. */
  attempt<T>(work: () => Promise<T>): Promise<T>;
  /** To be called with everything that an attempt went on without. */
  foundProblems(problems: readonly CollectionProblem[]): void;
  /** To be called when no attempt comes to its end: says so until one succeeds. */
  hangs(error: PulseboardError): void;
  /** To be called when the exchange pauses us, with all pauses of the moment. */
  paused(pauses: readonly ExchangePause[]): void;
  /** To be called once a period: writes while an attempt lasts, so that a worker with a slow one does not count as silent. */
  tick(): void;
  /** Writes now: at the start, and when a reason came up between two attempts. */
  write(): void;
  /** To be called when the worker ends: what comes last is written without a rest. */
  close(): void;
}

/** In Redis the document outlives a worker that is gone by this many periods. */
const LIFETIME_PERIODS = 10;
/** Between two writes to a store, ms: a disk that hangs refuses at once, and pauses and reasons come by the dozen. */
const REST_MS = 50;

export function createWorkerStatus(options: WorkerStatusOptions): WorkerStatusWriter {
  const { stores, reasons, build, origin, dataDir, periodMs, metrics, clock, log } = options;
  const startedMs = clock.nowMs();
  let lastAttemptMs: number | null = null;
  let attempts = 0;
  let { lastSuccessMs } = options;
  let lastFailure: WorkerStatus["last_failure"] = null;
  /** With their ends on the monotonic clock, which nobody sets. */
  let pauses: readonly (ExchangePause & { readonly endsMs: number })[] = [];
  const closing = new AbortController();
  const outcomes = createAttemptReasons(reasons, log);
  /** Of each store that is written to or rests, the text that comes next: the newest, and a store that hangs is asked once. */
  const writing = new Map<DocumentStore, { next: string | null }>();

  const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoFromUnixMs(ms));

  const isLasting = ({ endsMs }: { readonly endsMs: number }): boolean => endsMs > clock.monotonicMs();
  const untilOf = ({ endsMs }: { readonly endsMs: number }): string =>
    isoFromUnixMs(Math.round(clock.nowMs() + endsMs - clock.monotonicMs()));

  const failureOf = (error: unknown): WorkerStatus["last_failure"] => {
    const code = codeOf(error);
    const endpoint = error instanceof Error && "endpoint" in error ? error.endpoint : null;
    const [pause] = pauses
      .filter((each) => each.code === code && (each.scope === "*" || each.scope === endpoint) && isLasting(each))
      .toSorted((a, b) => b.endsMs - a.endsMs);
    return {
      at: isoFromUnixMs(clock.nowMs()),
      code,
      endpoint: typeof endpoint === "string" ? endpoint : null,
      until: pause === undefined ? null : untilOf(pause),
    };
  };

  metrics.beforeRead(() => {
    if (lastSuccessMs !== null) {
      metrics.refreshLastSuccessTimestampSeconds.set(lastSuccessMs / 1000);
    }
    metrics.exchangePausedUntilSeconds.reset();
    for (const { scope, code, endsMs } of pauses.filter(isLasting)) {
      const untilMs = clock.nowMs() + endsMs - clock.monotonicMs();
      metrics.exchangePausedUntilSeconds.set({ scope, code }, Math.round(untilMs / 1000));
    }
  });

  const compose = (): string =>
    formatWorkerStatus({
      format: 1,
      written_at: isoFromUnixMs(clock.nowMs()),
      version: `${build.version}+${build.commit}`,
      origin,
      pid: process.pid,
      host: hostname(),
      data_dir: dataDir,
      started_at: isoFromUnixMs(startedMs),
      period_ms: periodMs,
      reasons: reasons
        .list()
        .map(({ code, sinceMs, untilMs }) => ({ code, since: isoFromUnixMs(sinceMs), until: isoOrNull(untilMs) })),
      last_attempt_at: isoOrNull(lastAttemptMs),
      last_success_at: isoOrNull(lastSuccessMs),
      last_failure: lastFailure,
      exchange_pauses: pauses
        .filter(isLasting)
        .map((pause) => ({ scope: pause.scope, code: pause.code, until: untilOf(pause) })),
    });

  const writeTo = async (store: DocumentStore, text: string): Promise<void> => {
    const current = writing.get(store);
    if (current !== undefined) {
      current.next = text;
      return;
    }
    const mine: { next: string | null } = { next: text };
    writing.set(store, mine);
    while (mine.next !== null) {
      const now: string = mine.next;
      mine.next = null;
      try {
        await store.writeStatus?.(now, LIFETIME_PERIODS * periodMs);
      } catch (err) {
        // Whether the store takes writes is seen when a refresh is published.
        log.debug({ err, store: store.name }, "Status of the worker not written");
      }
      await sleepUnlessAborted(clock, REST_MS, closing.signal);
    }
    writing.delete(store);
  };

  const write = (): void => {
    const text = compose();
    for (const store of stores) {
      void writeTo(store, text);
    }
  };

  return {
    attempt: async (work) => {
      lastAttemptMs = clock.nowMs();
      attempts += 1;
      try {
        const result = await work();
        lastSuccessMs = clock.nowMs();
        outcomes.succeeded();
        return result;
      } catch (error) {
        lastFailure = failureOf(error);
        outcomes.failed(error);
        throw error;
      } finally {
        attempts -= 1;
        write();
      }
    },
    // Not at rest: of two workers at one queue the one that refreshes has the word.
    tick: () => {
      if (attempts > 0) {
        write();
      }
    },
    hangs: (error) => {
      outcomes.failed(error);
      write();
    },
    close: () => closing.abort(),
    foundProblems: outcomes.foundProblems,
    paused: (current) => {
      pauses = current.map((pause) => ({ ...pause, endsMs: clock.monotonicMs() + pause.untilMs - clock.nowMs() }));
      outcomes.paused(current);
      write();
    },
    write,
  };
}
