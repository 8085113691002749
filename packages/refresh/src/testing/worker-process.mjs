// A worker process of its own, to be killed: `node worker-process.mjs REDIS_URL PREFIX RUN_MS`. Prints what happens.
import { setTimeout as delay } from "node:timers/promises";
import { createLogger } from "../../../runtime/dist/index.js";
import { createBullQueue } from "../../dist/index.js";

const [redisUrl = "", prefix = "", runMs = "0"] = process.argv.slice(2);
const log = createLogger({ level: "info", pretty: false });
const { consume } = createBullQueue({ redisUrl, prefix, log });

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
