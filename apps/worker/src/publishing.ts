import {
  type Clock,
  type Config,
  type Logger,
  type Metrics,
  type OutageLog,
  PulseboardError,
  withTimeout,
} from "@pulseboard/runtime";
import {
  type Announcements,
  createPublisher,
  type DocumentStore,
  type StorageDurations,
  StoreError,
  type StoreOutcome,
} from "@pulseboard/storage";
import { documentSteps } from "./documents/build-documents.ts";
import { createLegacyKeys } from "./legacy-keys.ts";
import { loadNewest } from "./load-newest.ts";
import type { RefreshRun } from "./run-watch.ts";
import type { MarketState } from "./state/market-state.ts";
import type { WorkerReasons } from "./status/worker-reasons.ts";
import { inTurns } from "./turns/in-turns.ts";

export interface PublishingOptions {
  readonly config: Config;
  readonly stores: readonly DocumentStore[];
  readonly announcements: Announcements;
  /** The schedule's period, ms. */
  readonly periodMs: number;
  readonly metrics: Metrics;
  /** Told which stores take no publication. */
  readonly reasons: WorkerReasons;
  /** True if a server in this process logs and counts the same refusals. */
  readonly embedded?: boolean;
  /** Told of each call of a store. */
  readonly begins?: RefreshRun["begins"];
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
  readonly storageDurations: StorageDurations;
}

/** The publication of one refresh. */
interface RunPublication {
  /** The state that another worker, or this one before a restart, has published since our last one; null without one. */
  readonly newerState: MarketState | null;
  /**
   * Publishes to every store and announces it; resolves with the sequence.
   * @throws StoreError "superseded" when another worker has published since the run began; the reason of the run's signal, after
   * which nothing is published
   */
  readonly publish: (state: MarketState) => Promise<number>;
}

export interface Publishing {
  /**
   * Call it as a run begins: the run publishes the successor of the current publication, or nothing.
   * @param servedSequence what a server serves, 0 without one: the run publishes above it, although every store may have lost it
   * @param signal the run's: a run that was ended leaves nothing behind here, however late its calls come back
   */
  begin(servedSequence: number, signal: AbortSignal): Promise<RunPublication>;
}

/** Publishes states as documents, and finds the newest that was published by others. */
export function createPublishing(options: PublishingOptions): Publishing {
  const { config, announcements, periodMs, metrics, reasons, clock, log, storageDurations } = options;
  const onOutcome = ({ store, outcome }: StoreOutcome): void =>
    void reasons[outcome === "failed" ? "holds" : "over"](`store_unwritable:${store}`);
  const publisher = createPublisher({ ...options, onOutcome, durations: storageDurations });
  const meta = { origin: config.origin, simulated: config.simulated, periodMs };
  const legacyKeys = createLegacyKeys({ config, periodMs, log });
  let ownSequence = 0;

  const announce = async (sequence: number): Promise<void> => {
    const ms = storageDurations.storeHangsMs;
    try {
      await withTimeout(() => announcements.announce(sequence), {
        clock,
        ms,
        onTimeout: () => {
          const err = new StoreError(`Not announced within ${ms} ms`, { code: "store_timeout", retryable: true });
          log.error({ err, sequence }, "Not announced");
        },
      });
    } catch (err) {
      // The documents are published; readers find them by their slow poll.
      log[err instanceof PulseboardError ? "debug" : "error"]({ err, sequence }, "Not announced");
    }
  };

  return {
    begin: async (servedSequence, signal) => {
      publisher.continueAfter(servedSequence);
      let basedOn = await publisher.latest();
      const newerState = basedOn > ownSequence ? await loadNewest(options) : null;
      signal.throwIfAborted();
      ownSequence = basedOn;
      return {
        newerState,
        publish: async (state) => {
          signal.throwIfAborted();
          const { sequence, outcomes } = await publisher.publish(
            async (next) => {
              const steps = documentSteps(state, meta, next, clock.nowMs(), (symbol, err) =>
                log.error({ err, symbol }, "Symbol left out: its analysis is not valid (a defect)"),
              );
              const built = await inTurns(steps);
              const { documents } = built;
              return legacyKeys === null ? { documents } : { documents, forOthers: legacyKeys(built) };
            },
            basedOn,
            signal,
          );
          for (const each of outcomes) {
            if (each.outcome === "failed") {
              metrics.storeErrors.inc({ store: each.store, operation: "publish", code: each.error.code });
            }
          }
          if (ownSequence > sequence) {
            // It came back after the run had been ended and the next one had published.
            return sequence;
          }
          metrics.snapshotSequence.set(sequence);
          basedOn = sequence;
          if (!signal.aborted) {
            // Else its state is lost with the run, and the next one reads it from the stores.
            ownSequence = sequence;
          }
          await announce(sequence);
          return sequence;
        },
      };
    },
  };
}
