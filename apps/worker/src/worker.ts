import { createExchangeGateway, createReferenceGateway, EXCHANGE_DURATIONS } from "@pulseboard/exchange";
import type { RefreshConsumer, RefreshHandler, RefreshQueue } from "@pulseboard/refresh";
import type { Clock, Config, Logger, Metrics } from "@pulseboard/runtime";
import type { Announcements, DocumentStore } from "@pulseboard/storage";
import { createPublishing } from "./publishing.ts";
import { type RefreshMemory, type RefreshSettings, refresh } from "./refresh.ts";
import { createRefreshRequests } from "./refresh-requests.ts";
import { startSchedule } from "./schedule.ts";
import { createWorkerMetrics } from "./worker-metrics.ts";

/** What a worker needs of the process that runs it. */
export interface WorkerContext {
  readonly config: Config;
  /** Fastest first. */
  readonly stores: readonly DocumentStore[];
  readonly announcements: Announcements;
  readonly queue: RefreshQueue;
  readonly consume: (handler: RefreshHandler) => RefreshConsumer;
  readonly metrics: Metrics;
  /** Whether a server in this process reads the same stores: it says and counts what lies there and is of no use. */
  readonly besideServer?: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface RunningWorker {
  /** Of the schedule, ms. */
  readonly periodMs: number;
  /** Ends the schedule, lets a refresh in flight come to its end within `graceMs`, and leaves the exchange. */
  close(graceMs: number): Promise<void>;
}

/**
 * Starts the daemon: restores what was known, refreshes at once and then by the schedule.
 * @throws PulseboardError when the schedule is not usable
 */
export async function startWorker(context: WorkerContext): Promise<RunningWorker> {
  const { config, queue, consume, metrics, clock, log } = context;
  let requestRefresh = (_trigger: "start" | "schedule"): void => {};
  const schedule = startSchedule({ cron: config.refreshCron, onTick: () => requestRefresh("schedule"), clock, log });

  const exchange = createExchangeGateway({
    baseUrl: config.exchangeUrl,
    simulated: config.simulated,
    budgetShare: config.requestBudgetShare,
    refreshPeriodMs: schedule.periodMs,
    clock,
    random: Math.random,
    log,
    onRequestEnd: (endpoint, outcome) => metrics.exchangeRequests.inc({ endpoint, outcome }),
    durations: EXCHANGE_DURATIONS,
  });
  const reference = createReferenceGateway({
    baseUrl: config.referenceUrl,
    clock,
    random: Math.random,
    durations: EXCHANGE_DURATIONS,
  });
  const settings: RefreshSettings = {
    source: config.origin,
    symbolCount: config.symbolCount,
    moversMinTurnoverUsd: config.moversMinTurnoverUsd,
  };
  const publishing = createPublishing({ ...context, periodMs: schedule.periodMs });

  let memory: RefreshMemory = { picture: null, tickers: null, scored: false };
  const { observer, refreshed } = createWorkerMetrics({
    exchange,
    queue,
    picture: () => memory.picture,
    metrics,
    clock,
  });
  const requests = createRefreshRequests({
    queue,
    consume,
    metrics,
    log,
    run: async (run) => {
      const publication = await publishing.begin();
      const picture = publication.newerPicture ?? memory.picture;
      const publish = publication.publish;
      const result = await refresh(
        { exchange, reference, publish, observer, clock, log, ...settings },
        { ...memory, picture },
        run,
      );
      memory = result.memory;
      refreshed(result.report);
      return result.report;
    },
  });
  requestRefresh = requests.request;
  requestRefresh("start");

  return {
    periodMs: schedule.periodMs,
    close: async (graceMs) => {
      await schedule.stop();
      await requests.close(graceMs);
      await Promise.all([exchange.close(), reference.close()]);
    },
  };
}
