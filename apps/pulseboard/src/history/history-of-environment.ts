import { HISTORY_DURATIONS, type HistoryPlace, methodVersionsOf } from "@pulseboard/history";
import { loadConfig, systemClock } from "@pulseboard/runtime";

/**
 * The market of this environment, and the folder of its history. No exchange is asked, and so its address does not matter.
 *
 * @throws ConfigError when DATA_DIR or EXCHANGE cannot be used
 */
export function marketOfEnvironment({ DATA_DIR, EXCHANGE }: NodeJS.ProcessEnv): Omit<HistoryPlace, "methodVersion"> {
  const { dataDir, origin, simulated } = loadConfig({ DATA_DIR, EXCHANGE, EXCHANGE_URL: "http://127.0.0.1" });
  return { dataDir, origin, simulated };
}

/**
 * The histories that the worker of this environment writes or has written, one for each version of the method, the oldest first.
 *
 * @throws ConfigError when DATA_DIR or EXCHANGE cannot be used; StoreError when DATA_DIR cannot be read
 */
export async function historiesOfEnvironment(env: NodeJS.ProcessEnv): Promise<readonly HistoryPlace[]> {
  const place = marketOfEnvironment(env);
  const versions = await methodVersionsOf({ ...place, clock: systemClock, durations: HISTORY_DURATIONS });
  return versions.map((methodVersion) => ({ ...place, methodVersion }));
}
