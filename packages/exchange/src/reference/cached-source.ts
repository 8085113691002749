import type { Clock } from "@pulseboard/runtime";
import { type CollectionProblem, toProblem } from "../errors/collection-problem.ts";
import { ReferenceDataError } from "../errors/reference-error.ts";
import type { WithProvenance } from "../gateway/reference-gateway.ts";
import { askSource } from "./ask-source.ts";
import type { ReferenceSource } from "./sources.ts";

export interface ReferenceDurations {
  /** Until the whole answer of a service has arrived. */
  readonly referenceTimeoutMs: number;
  /** Public services are never asked more often than this, not even after a failure. */
  readonly referenceLeastWaitMs: number;
  /** The wait doubles with each failure in a row, up to this. */
  readonly referenceLongestBackoffMs: number;
  /** How long the preferred source's value is kept before a fallback is asked, which knows less or counts differently. */
  readonly referenceFallbackAfterMs: number;
}

export interface CachedSourceOptions {
  /** One address that stands in for all services; null for the services themselves. */
  readonly baseUrl: string | null;
  readonly clock: Clock;
  /** 0 up to 1, for the jitter of the wait after a failure. */
  readonly random: () => number;
  readonly onRequest?: ((endpoint: string) => () => void) | undefined;
  readonly durations: ReferenceDurations;
}

/** A value of the reference data, from the first of its sources that gives it. */
export interface CachedSource<T> {
  /** The last known good value, with its own time. */
  known(): WithProvenance<T> | null;
  /** Asks the sources if a new value is due. @throws only the signal's reason */
  update(signal: AbortSignal): Promise<readonly CollectionProblem[]>;
}

/**
 * @param sources the preferred one first, then its fallbacks
 * @param periodMs how long a value is used before it is asked for again
 */
export function createCachedSource<T>(
  sources: readonly ReferenceSource<T>[],
  periodMs: number,
  options: CachedSourceOptions,
): CachedSource<T> {
  const { clock, durations } = options;
  const politeSources = sources.map((source) => createPoliteSource(source, options));
  let known: WithProvenance<T> | null = null;
  let renewAtMs = Number.NEGATIVE_INFINITY;
  /** When the preferred source last answered. */
  let preferredAtMs = Number.NEGATIVE_INFINITY;
  return {
    known: () => known,
    update: async (signal) => {
      const problems: CollectionProblem[] = [];
      if (clock.monotonicMs() < renewAtMs) {
        return problems;
      }
      for (const [preference, source] of politeSources.entries()) {
        if (preference > 0 && clock.monotonicMs() - preferredAtMs < durations.referenceFallbackAfterMs) {
          break;
        }
        if (!source.isDue()) {
          continue;
        }
        try {
          known = await source.ask(signal);
          renewAtMs = clock.monotonicMs() + periodMs;
          if (preference === 0) {
            preferredAtMs = clock.monotonicMs();
          }
          return problems;
        } catch (error) {
          if (!(error instanceof ReferenceDataError)) {
            throw error;
          }
          problems.push(toProblem(error, null));
        }
      }
      return problems;
    },
  };
}

/** One source that keeps its own least wait and back-off. */
interface PoliteSource<T> {
  isDue(): boolean;
  /** @throws ReferenceDataError */
  ask(signal: AbortSignal): Promise<WithProvenance<T>>;
}

function createPoliteSource<T>(
  source: ReferenceSource<T>,
  { baseUrl, clock, random, onRequest, durations }: CachedSourceOptions,
): PoliteSource<T> {
  const { referenceTimeoutMs, referenceLeastWaitMs, referenceLongestBackoffMs } = durations;
  let failures = 0;
  let askAgainAtMs = Number.NEGATIVE_INFINITY;
  return {
    isDue: () => clock.monotonicMs() >= askAgainAtMs,
    ask: async (signal) => {
      askAgainAtMs = clock.monotonicMs() + referenceLeastWaitMs;
      const ended = onRequest?.(source.path);
      try {
        const answer = await askSource(source, { baseUrl, clock, timeoutMs: referenceTimeoutMs, signal });
        failures = 0;
        return answer;
      } catch (error) {
        if (!(error instanceof ReferenceDataError)) {
          throw error;
        }
        const backoffMs = Math.min(referenceLeastWaitMs * 2 ** failures, referenceLongestBackoffMs);
        const askedForMs = Math.min(error.retryAfterMs ?? 0, referenceLongestBackoffMs);
        askAgainAtMs = clock.monotonicMs() + Math.max(backoffMs * (1 + 0.2 * random()), askedForMs);
        failures += 1;
        throw error;
      } finally {
        ended?.();
      }
    },
  };
}
