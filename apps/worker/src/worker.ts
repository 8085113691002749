import { createExchangeGateway, createReferenceGateway } from "@pulseboard/exchange";
import type { RefreshConsumer, RefreshHandler, RefreshQueue } from "@pulseboard/refresh";
import { type Clock, type Config, type Logger, PulseboardError } from "@pulseboard/runtime";
import { type Announcements, createPublisher, type DocumentStore } from "@pulseboard/storage";
import { buildDocuments } from "./documents/build-documents.ts";
import { restorePicture } from "./documents/restore-picture.ts";
import type { Picture } from "./picture/picture.ts";
import { type RefreshContext, type RefreshMemory, refresh } from "./refresh.ts";
import { startSchedule } from "./schedule.ts";

/** What a worker needs of the process that runs it. */
export interface WorkerContext {
  readonly config: Config;
  /** Fastest first. */
  readonly stores: readonly DocumentStore[];
  readonly announcements: Announcements;
  readonly queue: RefreshQueue;
  readonly consume: (handler: RefreshHandler) => RefreshConsumer;
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
  const { config, queue, log, clock } = context;
  const restored = await restore(context);
  const enqueue = (trigger: "start" | "schedule"): void => {
    queue.enqueue(trigger).catch((err: unknown) => log.error({ err, trigger }, "Refresh not enqueued"));
  };
  const schedule = startSchedule({ cron: config.refreshCron, onTick: () => enqueue("schedule"), clock, log });

  const exchange = createExchangeGateway({
    baseUrl: config.exchangeUrl,
    budgetShare: config.requestBudgetShare,
    refreshPeriodMs: schedule.periodMs,
    clock,
    random: Math.random,
    log,
  });
  const reference = createReferenceGateway({ baseUrl: config.referenceUrl, clock, random: Math.random });
  const refreshContext: RefreshContext = {
    exchange,
    reference,
    publish: createPublish(context, schedule.periodMs),
    source: config.origin,
    symbolCount: config.symbolCount,
    moversMinTurnoverUsd: config.moversMinTurnoverUsd,
    clock,
    log,
  };

  let memory: RefreshMemory = { picture: restored, tickers: null, scored: false };
  const consumer = context.consume(async (job) => {
    const result = await refresh(refreshContext, memory, job);
    memory = result.memory;
    return result.report;
  });
  enqueue("start");

  return {
    periodMs: schedule.periodMs,
    close: async (graceMs) => {
      await schedule.stop();
      await consumer.close(graceMs);
      await Promise.all([exchange.close(), reference.close()]);
    },
  };
}

/** The last known good picture: the newest one that any store has. */
async function restore({ stores, config, log }: WorkerContext): Promise<Picture | null> {
  const publications = await Promise.all(
    stores.map((store) =>
      store.read().catch((err: unknown) => {
        if (!(err instanceof PulseboardError)) {
          throw err;
        }
        log.warn({ err, store: store.name }, "Nothing restored from this store");
        return null;
      }),
    ),
  );
  const newestFirst = publications
    .filter((publication) => publication !== null)
    .toSorted((a, b) => b.sequence - a.sequence);
  for (const { sequence, documents } of newestFirst) {
    const restored = restorePicture(documents, config.origin);
    if ("picture" in restored) {
      log.info({ sequence }, "Last known good documents restored");
      return restored.picture;
    }
    log.warn({ sequence, problem: restored.problem }, "Documents not restored");
  }
  return null;
}

function createPublish({ config, stores, announcements, clock, log }: WorkerContext, periodMs: number) {
  const publisher = createPublisher({ stores, log });
  const imprint = { origin: config.origin, simulated: config.simulated, periodMs };
  return async (picture: Picture): Promise<number> => {
    const { sequence } = await publisher.publish((next) =>
      buildDocuments(picture, imprint, next, clock.nowMs(), (symbol, err) =>
        log.error({ err, symbol }, "Left out: its explanation is not valid, a defect of ours"),
      ),
    );
    await announcements.announce(sequence).catch((err: unknown) => {
      if (!(err instanceof PulseboardError)) {
        throw err;
      }
      // It is published all the same; readers find it by their slow poll.
      log.warn({ err, sequence }, "Not announced");
    });
    return sequence;
  };
}
