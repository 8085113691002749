import type { ExchangePause } from "@pulseboard/exchange";
import type { Clock, Logger, OutageLog } from "@pulseboard/runtime";
import { parseWorkerStatus, unixMsFromIso } from "@pulseboard/snapshot";
import { boundStore, type DocumentStore, type StorageDurations } from "@pulseboard/storage";

export interface PausesOptions {
  readonly stores: readonly DocumentStore[];
  /** The configured one: a pause that another exchange asked for is no reason to leave this one alone. */
  readonly config: { readonly origin: string };
  readonly storageDurations: StorageDurations;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
}

/**
 * The pauses of the exchange that the last worker wrote to any store, so that a restart does not cut a ban short. Never fails, and
 * waits for no store for longer than `storeHangsMs`.
 */
export async function readPauses(options: PausesOptions): Promise<readonly ExchangePause[]> {
  const { stores, config, storageDurations: durations, log } = options;
  const { origin } = config;
  const read = async (store: DocumentStore): Promise<readonly ExchangePause[]> => {
    try {
      const text = await boundStore(store, { ...options, durations }).readStatus?.();
      const parsed = text == null ? null : parseWorkerStatus(text);
      return parsed?.ok === true && (parsed.status.origin ?? origin) === origin
        ? parsed.status.exchange_pauses.map(({ scope, code, until }) => ({
            scope,
            code,
            untilMs: unixMsFromIso(until),
          }))
        : [];
    } catch (err) {
      // Whether the store can be read is seen and said when the last state is loaded.
      log.debug({ err, store: store.name }, "Pauses of the exchange not read from this store");
      return [];
    }
  };
  return (await Promise.all(stores.map(read))).flat();
}
