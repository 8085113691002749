import { METHOD_VERSION } from "@pulseboard/engine";
import { createExchangeGateway, createReferenceGateway } from "@pulseboard/exchange";
import { openHistory } from "@pulseboard/history";
import type { RefreshConsumer, RefreshHandler, RefreshQueue, RefreshReport, RefreshTrigger } from "@pulseboard/refresh";
import {
  type Build,
  type Clock,
  type Config,
  type Logger,
  type Metrics,
  type OutageLog,
  showReasons,
} from "@pulseboard/runtime";
import { RECORD_KEY, SCHEMA_VERSION } from "@pulseboard/snapshot";
import type { Announcements, DocumentStore, StorageDurations } from "@pulseboard/storage";
import type { WorkerDurations } from "./durations.ts";
import { createDailyRecord } from "./history/daily-record.ts";
import { createHistories } from "./history/histories.ts";
import { createPublishSingle, readNewestSingle } from "./history/publish-single.ts";
import { createPublishing } from "./publishing.ts";
import { computeRecordApart } from "./record/record-process.ts";
import {
  type RefreshMemory,
  type RefreshObserver,
  type RefreshResult,
  type RefreshSettings,
  refresh,
} from "./refresh.ts";
import { createRefreshRequests, type RequestedRun } from "./refresh-requests.ts";
import { createRunWatch, type RefreshRun } from "./run-watch.ts";
import { schedulePeriodMs, startSchedule } from "./schedule.ts";
import { readLastWorker, waitForLastWorker } from "./status/last-worker.ts";
import { createWorkerReasons } from "./status/worker-reasons.ts";
import { createWorkerStatus } from "./status/worker-status.ts";
import { startWatchdog } from "./watchdog.ts";
import { createWorkerMetrics } from "./worker-metrics.ts";

const HUNG_AFTER_PERIODS = 2;

/** Everything that a worker needs of the process that runs it. */
export interface WorkerContext {
  readonly config: Config;
  readonly build: Build;
  /** Fastest first. */
  readonly stores: readonly DocumentStore[];
  readonly announcements: Announcements;
  readonly queue: RefreshQueue;
  readonly consume: (handler: RefreshHandler) => RefreshConsumer;
  readonly metrics: Metrics;
  /** True if a server in this process reads the same stores, and logs and counts the documents that it refuses. */
  readonly embedded?: boolean;
  /** The program's file, which Node runs to compute the record in a process of its own; null: there is no record then. */
  readonly programFile: string | null;
  readonly durations: WorkerDurations;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
  readonly storageDurations: StorageDurations;
  /** Ends the process with an error, for something that only a new start may cure. */
  readonly end: (reason: string) => void;
}

export interface RunningWorker {
  /** The schedule's period, ms. */
  readonly periodMs: number;
  /** Ends the schedule, gives a refresh in flight `graceMs` to finish, and closes the connections to the exchange. */
  close(graceMs: number): Promise<void>;
}

/**
 * Starts the daemon: it loads the last published state, refreshes at once and then by the schedule.
 * @throws PulseboardError when the schedule is not usable
 */
export async function startWorker(context: WorkerContext): Promise<RunningWorker> {
  const { config, build, stores, queue, consume, metrics, durations, clock, log, outages } = context;
  const periodMs = schedulePeriodMs(config.refreshCron, durations);
  metrics.buildInfo.set({ ...build, schema_version: SCHEMA_VERSION }, 1);
  const lastWorker = await readLastWorker(context);
  const { pauses, lastSuccessMs } = lastWorker;
  const reasons = createWorkerReasons(clock, lastWorker.reasons);
  const status = createWorkerStatus({
    stores,
    reasons,
    build,
    origin: config.origin,
    dataDir: config.dataDir,
    periodMs,
    lastSuccessMs,
    metrics,
    clock,
    log,
  });
  status.paused(pauses);
  const hungAfterMs = Math.max(HUNG_AFTER_PERIODS * periodMs, durations.hungRunLeastMs);
  const runWatch = createRunWatch({ hungAfterMs, clock });
  const exchange = createExchangeGateway({
    pauses,
    notBeforeMs: waitForLastWorker(lastWorker, { clock, periodMs, durations: durations.exchange }),
    onPauses: status.paused,
    baseUrl: config.exchangeUrl,
    simulated: config.simulated,
    budgetShare: config.requestBudgetShare,
    refreshPeriodMs: periodMs,
    clock,
    random: Math.random,
    log,
    onRequest: runWatch.begins,
    onRequestEnd: (endpoint, outcome) => metrics.exchangeRequests.inc({ endpoint, outcome }),
    durations: durations.exchange,
  });
  const reference = createReferenceGateway({
    baseUrl: config.referenceUrl,
    clock,
    random: Math.random,
    onRequest: runWatch.begins,
    durations: durations.exchange,
  });
  const settings: RefreshSettings = {
    source: config.origin,
    symbolCount: config.symbolCount,
    moversMinTurnoverUsd: config.moversMinTurnoverUsd,
    periodMs,
  };
  if (context.embedded !== true) {
    metrics.beforeRead(() => showReasons(metrics, reasons.list()));
  }
  const publishing = createPublishing({ ...context, reasons, periodMs, begins: runWatch.begins });

  const { dataDir, origin, simulated } = config;
  const historyStore = openHistory({
    ...{ dataDir, origin, simulated, methodVersion: METHOD_VERSION, log, outages, clock },
    durations: durations.history,
  });
  const publishSingle = createPublishSingle(context);
  const { programFile } = context;
  const record = createDailyRecord({
    ...{ origin, publishSingle, log },
    readStored: () => readNewestSingle(RECORD_KEY, context),
    compute:
      programFile === null
        ? null
        : (signal) =>
            computeRecordApart({
              ...{ programFile, market: { dataDir, origin, simulated }, signal, deadlineMs: durations.recordMs },
              keep: historyStore.keepStatistics,
            }),
  });
  const histories = createHistories({
    ...{ store: historyStore, record, publishSingle },
    ...{ origin, simulated, periodMs, durations, reasons, metrics, log },
    onReasons: status.write,
  });

  let memory: RefreshMemory = { state: null, tickers: null, scored: false, refusedInputs: new Set() };
  const { observer, refreshed } = createWorkerMetrics({ exchange, queue, state: () => memory.state, metrics, clock });
  const told: RefreshObserver = {
    phaseEnded: observer.phaseEnded,
    foundProblems: (problems) => {
      observer.foundProblems(problems);
      status.foundProblems(problems);
    },
  };
  const watchdog = startWatchdog({
    periodMs,
    durations,
    where: () => runWatch.where() ?? requests.where(),
    onHang: status.hangs,
    end: context.end,
    clock,
    log,
  });
  /** Refreshes of this process that really run, also one that was given up: never more than one. */
  let underWay = 0;
  const observed = async <T>(work: () => Promise<T>): Promise<T> => {
    underWay += 1;
    log.debug({ underWay }, "A refresh begins");
    try {
      return await work();
    } finally {
      underWay -= 1;
      log.debug({ underWay }, "A refresh has ended");
    }
  };
  const runOnce = async (requested: RequestedRun): Promise<RefreshReport> => {
    const work = async (run: RefreshRun): Promise<RefreshResult> => {
      const { newerState, publish } = await publishing.begin(requested.servedSequence, run.signal);
      // At once: what was loaded is not loaded again if this run fails.
      memory = { ...memory, state: newerState ?? memory.state };
      if (newerState !== null) {
        exchange.continueFrom(newerState.asOfMs);
      }
      const context = {
        exchange,
        reference,
        publish,
        observer: told,
        onPublished: histories.refreshed,
        outlookGates: record.gates,
        durations,
        clock,
        log,
        ...settings,
      };
      return refresh(context, memory, { ...run, begins: watchdog.counting(run.begins) });
    };
    const result = await runWatch.watch(requested, (run) => observed(() => work(run)));
    memory = result.memory;
    refreshed(result.report);
    return result.report;
  };
  const requests = createRefreshRequests({
    queue,
    consume: (handler) => consume((job) => watchdog.attempt(() => handler(job))),
    periodMs,
    durations,
    reasons,
    metrics,
    clock,
    log,
    outages,
    run: (run) => watchdog.attempt(() => status.attempt(() => runOnce(run))),
  });
  const ask = (trigger: RefreshTrigger): void => void requests.request(trigger).then(watchdog.requestEnded);
  ask("start");
  const onTick = (): void => {
    status.tick();
    ask("schedule");
  };
  const schedule = startSchedule({ cron: config.refreshCron, onTick, clock });

  return {
    periodMs,
    close: async (graceMs) => {
      watchdog.close();
      await schedule.stop();
      await requests.close(graceMs);
      await record.close();
      await histories.close();
      status.close();
      await Promise.all([exchange.close(), reference.close()]);
    },
  };
}
