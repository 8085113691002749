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
 * What each refresh writes for programs of the system before, with a line when a key begins or ceases to be written; null if nothing
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
  let absent: ReadonlySet<string> = new Set();
  return (documents) => {
    const { texts, lacking } = legacyTexts(documents);
    for (const [key, lacks] of lacking) {
      if (!absent.has(key)) {
        log.info({ key, lacks }, "Not written for other programs until it is whole");
      }
    }
    for (const key of texts.keys()) {
      if (absent.has(key)) {
        log.info({ key }, "Written for other programs again");
      }
    }
    absent = new Set(lacking.keys());
    return { texts, lifetimeMs: LIFETIME_PERIODS * periodMs };
  };
}
