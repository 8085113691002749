import type { CollectionProblem } from "../errors/collection-problem.ts";
import type { ExchangeApi, ExchangeRequest, Point, SeriesPage } from "../gateway/exchange-api.ts";
import type { SymbolSource } from "./symbol-source.ts";

export interface SeriesKind {
  /** The request for the last `count` points. */
  readonly request: (api: ExchangeApi, symbol: string, count: number) => ExchangeRequest<SeriesPage>;
  /** Length of the first request. */
  readonly firstCount: number;
  readonly keepCount: number;
}

export interface SeriesDurations {
  /** A point can be late. It is asked for again after a twelfth of its period, at the latest after this; market time. */
  readonly latePointRetryMs: number;
  /** An answer with rows that cannot be used leaves a hole: the whole history is asked for again after this; market time. */
  readonly holeRetryMs: number;
}

/**
 * A series that grows by one point per period: the first request fetches its history, the later ones new points only, until an answer
 * has rows that cannot be used.
 */
export interface IncrementalSeries {
  /** Oldest first. */
  points(): readonly Point[];
  /**
   * Fetches the points that are due, if any.
   *
   * @param asOfMs market time
   * @param stepMs time between two points
   * @throws ExchangeError, or the signal's reason when it is aborted
   */
  update(asOfMs: number, stepMs: number, signal: AbortSignal): Promise<readonly CollectionProblem[]>;
}

export function createIncrementalSeries(
  source: SymbolSource,
  { request: requestOf, firstCount, keepCount }: SeriesKind,
  { latePointRetryMs, holeRetryMs }: SeriesDurations,
): IncrementalSeries {
  let known: readonly Point[] = [];
  /** Market time. */
  let nextTryMs = Number.NEGATIVE_INFINITY;
  /** When the whole history is due again, market time; null while no row is missing. */
  let refetchFromMs: number | null = null;
  return {
    points: () => known,
    update: async (asOfMs, stepMs, signal) => {
      const lastMs = known.at(-1)?.timeMs ?? null;
      const isRefetchDue = refetchFromMs !== null && asOfMs >= refetchFromMs;
      if (!isRefetchDue && (asOfMs < nextTryMs || (lastMs !== null && asOfMs < lastMs + stepMs))) {
        return [];
      }
      // One more than is due, so that the answer overlaps with the known points.
      const due = lastMs === null || isRefetchDue ? firstCount : Math.floor((asOfMs - lastMs) / stepMs) + 1;
      const request = requestOf(source.api, source.symbol, Math.min(firstCount, due));
      const { points, errors } = await source.send(request, signal);
      const merged = new Map([...known, ...points].map((point) => [point.timeMs, point]));
      known = [...merged.values()].sort((a, b) => a.timeMs - b.timeMs).slice(-keepCount);
      if (errors.count() > 0) {
        refetchFromMs = asOfMs + holeRetryMs;
      } else if (isRefetchDue) {
        refetchFromMs = null;
      }
      const hasNewPoint = (known.at(-1)?.timeMs ?? null) !== lastMs;
      nextTryMs = hasNewPoint ? asOfMs : asOfMs + Math.min(stepMs / 12, latePointRetryMs);
      return errors.toProblems(request.endpoint, source.symbol);
    },
  };
}
