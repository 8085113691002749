import type { ExchangeGateway } from "@pulseboard/exchange";
import { QueueError, type RefreshQueue, type RefreshReport } from "@pulseboard/refresh";
import type { Clock, Metrics } from "@pulseboard/runtime";
import type { Picture } from "./picture/picture.ts";
import { referencePart } from "./picture/reference-part.ts";
import type { RefreshObserver } from "./refresh.ts";

export interface WorkerMetricsOptions {
  readonly exchange: Pick<ExchangeGateway, "budget">;
  readonly queue: Pick<RefreshQueue, "depth">;
  /** The last picture that is known; null while there is none. */
  readonly picture: () => Picture | null;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

export interface WorkerMetrics {
  readonly observer: RefreshObserver;
  refreshed(report: RefreshReport): void;
}

/** The worker's part of the catalogue. Ages, the budget and the queue are looked at when somebody reads them. */
export function createWorkerMetrics({ exchange, queue, picture, metrics, clock }: WorkerMetricsOptions): WorkerMetrics {
  metrics.beforeRead(async () => {
    try {
      for (const [state, jobs] of Object.entries(await queue.depth())) {
        metrics.queueJobs.set({ state }, jobs);
      }
    } catch (error) {
      if (!(error instanceof QueueError)) {
        throw error;
      }
      // Away: whoever adds to it says so. What it held before may be gone.
      metrics.queueJobs.reset();
    }
  });
  metrics.beforeRead(() => {
    const { used, limit } = exchange.budget();
    metrics.exchangeBudgetUsed.set(used);
    metrics.exchangeBudgetLimit.set(limit);
    const known = picture();
    if (known === null) {
      return;
    }
    for (const [section, asOfMs] of sectionTimes(known)) {
      // Without data there is no age: 0 would say that it is of now.
      if (asOfMs !== null) {
        metrics.sectionAgeSeconds.set({ section }, (clock.nowMs() - asOfMs) / 1000);
      }
    }
  });
  return {
    observer: {
      phaseEnded: (phase, tookMs) => metrics.refreshPhaseDurationSeconds.observe({ phase }, tookMs / 1000),
      foundProblems: (problems) => {
        for (const { endpoint, code } of problems) {
          metrics.collectionProblems.inc({ endpoint, code });
        }
      },
    },
    refreshed: ({ tookMs, scored, expected }) => {
      metrics.refreshDurationSeconds.observe(tookMs / 1000);
      metrics.symbolsScored.set(scored);
      metrics.symbolsExpected.set(expected);
    },
  };
}

/** When the data of each section was made, Unix ms, by the names that the snapshot has for them. */
function sectionTimes(picture: Picture): readonly (readonly [section: string, asOfMs: number | null])[] {
  const { overview, scores, movers, perps, reference, asOfMs } = picture;
  const parts = { overview, scores, movers, perps, reference: referencePart(reference, asOfMs) };
  return Object.entries(parts).map(([name, { provenance }]) => [name, provenance.asOfMs]);
}
