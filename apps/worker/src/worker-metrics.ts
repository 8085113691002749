import type { ExchangeGateway } from "@pulseboard/exchange";
import { QueueError, type RefreshQueue, type RefreshReport } from "@pulseboard/refresh";
import type { Clock, Metrics } from "@pulseboard/runtime";
import type { RefreshObserver } from "./refresh.ts";
import type { MarketState } from "./state/market-state.ts";
import { referenceSection } from "./state/reference.ts";

export interface WorkerMetricsOptions {
  readonly exchange: Pick<ExchangeGateway, "budget">;
  readonly queue: Pick<RefreshQueue, "depth">;
  /** The last published state; null before the first. */
  readonly state: () => MarketState | null;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

export interface WorkerMetrics {
  readonly observer: RefreshObserver;
  refreshed(report: RefreshReport): void;
}

/** Keeps the worker's metrics. Ages, the budget and the queue's depth are computed whenever the metrics are read. */
export function createWorkerMetrics({ exchange, queue, state, metrics, clock }: WorkerMetricsOptions): WorkerMetrics {
  metrics.beforeRead(async () => {
    try {
      for (const [state, jobs] of Object.entries(await queue.depth())) {
        metrics.queueJobs.set({ state }, jobs);
      }
    } catch (error) {
      if (!(error instanceof QueueError)) {
        throw error;
      }
      // Requests for a refresh report that the queue is unavailable. The jobs that it held may be gone.
      metrics.queueJobs.reset();
    }
  });
  metrics.beforeRead(() => {
    const { used, limit } = exchange.budget();
    metrics.exchangeBudgetUsed.set(used);
    metrics.exchangeBudgetLimit.set(limit);
    const known = state();
    if (known === null) {
      return;
    }
    for (const [section, asOfMs] of sectionTimes(known)) {
      // Data that never was has no age: 0 would mean that it is new.
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

/** The age of each section as Unix ms, by its name in the snapshot. */
function sectionTimes(state: MarketState): readonly (readonly [section: string, asOfMs: number | null])[] {
  const { overview, scores, movers, perps, reference, asOfMs } = state;
  const sections = { overview, scores, movers, perps, reference: referenceSection(reference, asOfMs) };
  return Object.entries(sections).map(([name, { provenance }]) => [name, provenance.asOfMs]);
}
