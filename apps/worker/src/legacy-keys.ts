import type { Config, Logger } from "@pulseboard/runtime";
import { legacyTexts } from "@pulseboard/snapshot";
import type { TextsForOthers } from "@pulseboard/storage";

export interface LegacyKeysOptions {
  readonly config: Pick<Config, "publishLegacyKeys" | "simulated">;
  /** The schedule's period, ms. */
  readonly periodMs: number;
  readonly log: Logger;
}

/** Without a refresh that has all of it, a key is gone after this many periods. */
const LIFETIME_PERIODS = 10;

/**
 * What each refresh writes for programs of the system before, with a line when a key is gone and when it is back; null if nothing
 * is to be written. Nobody would see in these keys that their data is simulated, so that such data is not for them.
 */
export function createLegacyKeys({
  config,
  periodMs,
  log,
}: LegacyKeysOptions): ((documents: Parameters<typeof legacyTexts>[0]) => TextsForOthers) | null {
  if (!config.publishLegacyKeys || config.simulated) {
    return null;
  }
  /** By key, in how many publications in a row it was not whole. */
  const lackingFor = new Map<string, number>();
  return (documents) => {
    const { texts, lacking } = legacyTexts(documents);
    for (const [key, lacks] of lacking) {
      const count = (lackingFor.get(key) ?? 0) + 1;
      lackingFor.set(key, count);
      // Until then, other programs have the one before.
      if (count === LIFETIME_PERIODS) {
        log.info({ key, lacks }, "Other programs find this key no longer: it is written when it is whole");
      }
    }
    for (const key of texts.keys()) {
      if ((lackingFor.get(key) ?? 0) >= LIFETIME_PERIODS) {
        log.info({ key }, "Other programs find this key again");
      }
      lackingFor.delete(key);
    }
    return { texts, lifetimeMs: LIFETIME_PERIODS * periodMs };
  };
}
