import type { EXCHANGE_DURATIONS, ExchangePause } from "@pulseboard/exchange";
import type { Clock, Logger, OutageLog } from "@pulseboard/runtime";
import { parseWorkerStatus, unixMsFromIso } from "@pulseboard/snapshot";
import { boundStore, type DocumentStore, type StorageDurations } from "@pulseboard/storage";
import type { EarlierReason } from "./worker-reasons.ts";

export interface LastWorkerOptions {
  readonly stores: readonly DocumentStore[];
  /** The configured one: a pause that another exchange asked for is no reason to leave this one alone. */
  readonly config: { readonly origin: string };
  readonly storageDurations: StorageDurations;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
}

/** What the last worker left behind, of this exchange. */
export interface LastWorker {
  /** Pauses that the exchange asked for; a restart must not cut a ban short. */
  readonly pauses: readonly ExchangePause[];
  /** When it last wrote, Unix ms; null without one. */
  readonly lastWordMs: number | null;
  /** What it said last was wrong, if that was not long ago. */
  readonly reasons: readonly EarlierReason[];
  /** Of its refreshes, Unix ms; null if none succeeded. */
  readonly lastSuccessMs: number | null;
}

const NO_WORKER: LastWorker = { pauses: [], lastWordMs: null, reasons: [], lastSuccessMs: null };

/** For so long after its last word, what that worker said of itself is taken for the beginning of what this one finds. */
const REASONS_LAST_PERIODS = 10;

/** Reads what the last worker wrote to any store. Never fails, and waits for no store for longer than `storeHangsMs`. */
export async function readLastWorker(options: LastWorkerOptions): Promise<LastWorker> {
  const { stores, config, storageDurations: durations, log } = options;
  const { origin } = config;
  const read = async (store: DocumentStore): Promise<LastWorker> => {
    try {
      const text = await boundStore(store, { ...options, durations }).readStatus?.();
      const parsed = text == null ? null : parseWorkerStatus(text);
      if (parsed?.ok !== true || (parsed.status.origin ?? origin) !== origin) {
        return NO_WORKER;
      }
      const { exchange_pauses, written_at, last_success_at, period_ms } = parsed.status;
      const nowMs = options.clock.nowMs();
      const lastWordMs = unixMsFromIso(written_at);
      const isRecent = nowMs - lastWordMs < REASONS_LAST_PERIODS * period_ms;
      const lastSuccessMs = last_success_at === null ? null : unixMsFromIso(last_success_at);
      const pauses = exchange_pauses.map(({ scope, code, until }) => ({ scope, code, untilMs: unixMsFromIso(until) }));
      const reasons = parsed.status.reasons.map(({ code, since }) => ({ code, sinceMs: unixMsFromIso(since) }));
      return {
        pauses,
        lastWordMs,
        reasons: isRecent ? reasons : [],
        // The clock may have been set back since.
        lastSuccessMs: lastSuccessMs !== null && lastSuccessMs <= nowMs ? lastSuccessMs : null,
      };
    } catch (err) {
      // Whether the store can be read is seen and said when the last state is loaded.
      log.debug({ err, store: store.name }, "The last worker's status not read from this store");
      return NO_WORKER;
    }
  };
  const found = await Promise.all(stores.map(read));
  const newest = found.toSorted((a, b) => (b.lastWordMs ?? 0) - (a.lastWordMs ?? 0))[0] ?? NO_WORKER;
  // A pause counts in whatever store it is.
  return { ...newest, pauses: found.flatMap(({ pauses }) => pauses) };
}

/** How long a worker that began less than this many periods after the last one's word may follow on its requests. */
const RECENT_PERIODS = 2;

/**
 * How long this process must not ask the exchange yet, ms: the last worker may have used up the budget of a window just before it
 * ended, and nobody knows when that was, but before this process began.
 */
export function waitForLastWorker(
  { lastWordMs }: Pick<LastWorker, "lastWordMs">,
  {
    clock,
    periodMs,
    durations,
  }: {
    readonly clock: Clock;
    readonly periodMs: number;
    readonly durations: Pick<typeof EXCHANGE_DURATIONS, "limitWindowMs" | "limitMarginMs" | "stragglerMs">;
  },
): number {
  const { limitWindowMs, limitMarginMs, stragglerMs } = durations;
  const windowMs = limitWindowMs + limitMarginMs + stragglerMs;
  const isRecent = lastWordMs !== null && Math.abs(clock.nowMs() - lastWordMs) < RECENT_PERIODS * periodMs + windowMs;
  // The monotonic clock counts from the start of the process.
  return isRecent ? Math.max(0, windowMs - clock.monotonicMs()) : 0;
}
