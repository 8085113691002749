import type { ExchangePause } from "@pulseboard/exchange";
import type { Logger } from "@pulseboard/runtime";
import { parseWorkerStatus, unixMsFromIso } from "@pulseboard/snapshot";
import type { DocumentStore } from "@pulseboard/storage";

/**
 * The pauses that the last worker wrote to any store, so that a restart does not cut a ban short. Never fails.
 * @param origin the configured one: a pause that another exchange asked for is no reason to leave this one alone
 */
export async function readPauses(
  stores: readonly DocumentStore[],
  origin: string,
  log: Logger,
): Promise<readonly ExchangePause[]> {
  const read = async (store: DocumentStore): Promise<readonly ExchangePause[]> => {
    try {
      const text = await store.readStatus?.();
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
