import { BYBIT_ADDRESS } from "@pulseboard/exchange";
import { connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { type Config, createLogger, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import type { CheckSection } from "../operator/checks.ts";
import { createHttpClient, readServerAddress } from "../operator/http-client.ts";
import { judgePause, pauseOf } from "./exchange.ts";
import { checkAssumptions } from "./exchange-assumptions/check-assumptions.ts";
import { type AssumptionDurations, gather } from "./exchange-assumptions/gather.ts";
import { openStores } from "./open-stores.ts";
import { readStores } from "./stored.ts";

const clock = systemClock;
const GIVE_UP_AFTER_MS = 10_000;

export interface AssumptionsExamined {
  readonly config: Config;
  readonly durations: AssumptionDurations;
  readonly onProgress: (text: string) => void;
}

/** Asks the configured exchange for everything that we assume of it; nothing while it pauses us. */
export async function examineAssumptions(options: AssumptionsExamined): Promise<readonly CheckSection[]> {
  const { config } = options;
  const pause = await readPause(config);
  if (pause !== null) {
    return [{ title: "exchange", checks: [judgePause(pause)] }];
  }
  const address = readServerAddress(config.exchangeUrl ?? BYBIT_ADDRESS);
  if (address === null) {
    throw new TypeError("EXCHANGE_URL was checked with the configuration");
  }
  const client = createHttpClient({ address, clock, giveUpAfterMs: GIVE_UP_AFTER_MS });
  return checkAssumptions(await gather({ ...options, client, clock, simulated: config.simulated }));
}

/** The pause that any store knows of. */
async function readPause(config: Config) {
  const log = createLogger({ level: "silent", pretty: false });
  const outages = createOutageLog(log, clock, RUNTIME_DURATIONS);
  const { redisUrl, keyPrefix } = config;
  const redis =
    redisUrl === null ? null : connectRedis({ url: redisUrl, keyPrefix, outages, clock, durations: REDIS_DURATIONS });
  const stores = openStores(config, redis, outages);
  try {
    const stored = await readStores(stores);
    const pauses = stored.flatMap(({ status }) => pauseOf(status, clock.nowMs()) ?? []);
    return pauses.toSorted((a, b) => Date.parse(b.until) - Date.parse(a.until))[0] ?? null;
  } finally {
    await Promise.all(stores.map((store) => store.close()));
    await redis?.close();
  }
}
