import {
  type EnqueueOutcome,
  QueueError,
  type RefreshConsumer,
  type RefreshHandler,
  type RefreshJob,
  type RefreshQueue,
  type RefreshReport,
  type RefreshTrigger,
} from "@pulseboard/refresh";
import {
  type Clock,
  type Logger,
  type Metrics,
  type OutageLog,
  PulseboardError,
  withTimeout,
} from "@pulseboard/runtime";
import type { WorkerDurations } from "./durations.ts";
import { createQueueSilence } from "./queue-silence.ts";
import type { WorkerReasons } from "./status/worker-reasons.ts";

export type RequestedRun = Pick<RefreshJob, "servedSequence" | "signal" | "progress">;

export interface RefreshRequestsOptions {
  readonly queue: RefreshQueue;
  readonly consume: (handler: RefreshHandler) => RefreshConsumer;
  /** Runs one refresh, and comes to an end. Never called while another one of this process is under way. */
  readonly run: (run: RequestedRun) => Promise<RefreshReport>;
  /** The schedule's period, ms. */
  readonly periodMs: number;
  readonly durations: Pick<WorkerDurations, "silentQueueMs" | "turnPollMs">;
  readonly reasons: Pick<WorkerReasons, "holds" | "over">;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
}

export interface RefreshRequests {
  /** Requests a refresh; resolves when the queue has answered, or when the refresh without it has ended. */
  request(trigger: RefreshTrigger): Promise<void>;
  /** What goes on outside of a run. */
  where(): string;
  /** Gives the refresh in flight `graceMs` to finish. */
  close(graceMs: number): Promise<void>;
}

/** Each tick renews the turn; it outlives a holder that has died by half a period, and one that was busy for a moment. */
const TURN_PERIODS = 1.5;

/**
 * The worker's refreshes: through the queue as long as it can be reached and runs them, and by the schedule alone while it is
 * unavailable or silent, one at a time either way.
 */
export function createRefreshRequests(options: RefreshRequestsOptions): RefreshRequests {
  const { queue, consume, run, periodMs, durations, metrics, clock, log } = options;
  const { turn } = queue;
  const closing = new AbortController();
  const turnMs = Math.max(TURN_PERIODS * periodMs, durations.silentQueueMs);
  const silence = createQueueSilence({ ...options, silentQueueMs: durations.silentQueueMs });
  let underWay: Promise<unknown> | null = null;
  let holdsTurn = false;
  let asking = 0;

  const runAlone = async (asked: RequestedRun): Promise<RefreshReport> => {
    const running = run(asked);
    underWay = running.then(
      () => undefined,
      () => undefined,
    );
    try {
      const report = await running;
      metrics.refreshes.inc({ outcome: "done" });
      return report;
    } catch (error) {
      metrics.refreshes.inc({ outcome: "failed" });
      metrics.refreshFailures.inc({ code: error instanceof PulseboardError ? error.code : "unexpected" });
      throw error;
    } finally {
      underWay = null;
    }
  };

  /** While the queue was of no use, the process that has the turn may have begun a run without it. */
  const othersEnd = async (signal: AbortSignal): Promise<void> => {
    const others = async (ended: AbortSignal): Promise<void> => {
      while (!ended.aborted && (await isTakenByAnother())) {
        await clock.sleep(durations.turnPollMs, ended);
      }
    };
    // A turn that is renewed for longer is that of a worker whose queue stays silent.
    await withTimeout(others, { clock, ms: turnMs, signal, onTimeout: () => undefined });
  };

  const runJob = async (job: RefreshJob): Promise<RefreshReport> => {
    silence.over();
    await leaveTurn();
    await othersEnd(job.signal);
    // A run without the queue may have begun here too. It has an end of its own; this wait does not rest on it.
    for (let running = underWay; running !== null; running = underWay) {
      const here = running;
      await withTimeout(() => here, { clock, ms: periodMs, signal: job.signal, onTimeout: () => undefined });
    }
    return runAlone(job);
  };

  const runWithoutQueue = async (): Promise<void> => {
    // The queue may still hold what servers gave it, although it runs nothing.
    const servedSequence = await orIfAway(() => queue.servedSequence(), 0);
    if (underWay !== null || closing.signal.aborted) {
      return;
    }
    try {
      await runAlone({ servedSequence, signal: closing.signal, progress: () => {} });
    } catch (err) {
      if (closing.signal.aborted) {
        log.info({ err }, "Refresh aborted");
      } else {
        log.error({ err }, "Refresh failed");
      }
    }
  };

  /** Of several workers with a silent queue one refreshes. When Redis cannot say which, each does, as in its outage. */
  const isOurTurn = async (): Promise<boolean> => {
    if (turn === undefined) {
      return true;
    }
    holdsTurn = true;
    return orIfAway(() => turn.take(turnMs), true);
  };

  const leaveTurn = async (): Promise<void> => {
    if (turn !== undefined && holdsTurn && underWay === null) {
      holdsTurn = false;
      await orIfAway(() => turn.leave(), undefined);
    }
  };

  const isTakenByAnother = (): Promise<boolean> =>
    turn === undefined ? Promise.resolve(false) : orIfAway(() => turn.isTaken(), false);

  const refreshIfSilent = async (outcome: EnqueueOutcome): Promise<void> => {
    if (!silence.isSilent(outcome)) {
      await leaveTurn();
    } else if (await isOurTurn()) {
      await runWithoutQueue();
    }
  };

  const request = async (trigger: RefreshTrigger): Promise<void> => {
    asking += 1;
    try {
      const outcome = await queue.enqueue(trigger);
      metrics.enqueues.inc({ trigger, outcome: outcome.outcome });
      await refreshIfSilent(outcome);
    } catch (err) {
      if (!(err instanceof QueueError)) {
        throw err;
      }
      if (closing.signal.aborted) {
        return;
      }
      metrics.enqueues.inc({ trigger, outcome: "failed" });
      log.debug({ err }, "Refreshing without the queue");
      silence.failed(err);
      await runWithoutQueue();
    } finally {
      asking -= 1;
    }
  };

  const consumer = consume(runJob);
  return {
    request,
    where: () => (asking > 0 ? "asking the queue for a refresh" : "waiting for its turn, or for the queue"),
    close: async (graceMs) => {
      const endMs = clock.monotonicMs() + graceMs;
      await consumer.close(graceMs);
      closing.abort(new QueueError("The worker is closing", { code: "queue_closed", retryable: false }));
      const running = underWay;
      if (running !== null) {
        const onTimeout = () => log.warn("Refresh did not end when it was aborted");
        await withTimeout(() => running, { clock, ms: endMs - clock.monotonicMs(), onTimeout });
      }
      await leaveTurn();
    },
  };
}

async function orIfAway<T>(ask: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof QueueError) {
      return otherwise;
    }
    throw error;
  }
}
