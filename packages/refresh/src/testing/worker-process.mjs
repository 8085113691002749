// A worker process that tests can kill: `node worker-process.mjs REDIS_URL KEY_PREFIX RUN_MS [DURATIONS_JSON]`. Prints what happens.
import { setTimeout as delay } from "node:timers/promises";
import { connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { createLogger, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import { createBullQueue, REFRESH_DURATIONS } from "../../dist/index.js";

const [url = "", keyPrefix = "", runMs = "0", shortened = "{}"] = process.argv.slice(2);
const log = createLogger({ level: "info", pretty: false });
const tools = { log, outages: createOutageLog(log, systemClock, RUNTIME_DURATIONS), clock: systemClock };
const redis = connectRedis({ url, keyPrefix, ...tools, durations: REDIS_DURATIONS });
const durations = { ...REFRESH_DURATIONS, ...JSON.parse(shortened) };
const { consume } = createBullQueue({ redis, ...tools, durations });

const consumer = consume(async (job) => {
  console.log(`started ${job.id}`);
  job.progress("collecting");
  try {
    await delay(Number(runMs), undefined, { signal: job.signal });
  } catch (error) {
    console.log(`aborted ${job.id} ${job.signal.reason.code}`);
    throw error;
  }
  job.progress("publishing");
  console.log(`ended ${job.id}`);
  const sources = [
    { name: "tickers", ok: true, detail: "559 symbols" },
    { name: "coingecko", ok: false, detail: "HTTP 429" },
  ];
  return { sequence: 42, scored: 49, expected: 50, tookMs: Number(runMs), sources };
});
process.once("SIGTERM", () => void consumer.close(2000).then(() => process.exit(0)));
