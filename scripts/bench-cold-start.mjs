// `npm run bench:cold-start`: measures how long a worker takes from its start to 50 scores, and compares that with the time
// that its request budget allows. It runs on a simulator, and prints a table of medians.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PROGRAM, startSimulator } from "./lib/program.mjs";

const RUNS = 3;
const SYMBOLS = 50;
const LIMIT_IN_5_S = 300;
/** ccxt's own rate limiter by default: one request per 100 ms. */
const CCXT_REQUESTS_PER_S = 10;

/** @param {(text: string) => boolean} isDone @param {import("node:child_process").ChildProcess} child */
function untilPrinted(child, isDone) {
  let output = "";
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (chunk) => {
      output += String(chunk);
      if (isDone(output)) {
        resolve(output);
      }
    });
    child.once("close", (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
}

async function measure() {
  const dataDir = mkdtempSync(join(tmpdir(), "pulseboard-bench-"));
  const { process: simulator, url } = await startSimulator();
  const startedMs = performance.now();
  const worker = spawn(process.execPath, [PROGRAM, "start"], {
    env: {
      ...process.env,
      PORT: "0",
      HOST: "127.0.0.1",
      EXCHANGE: "simulator",
      EXCHANGE_URL: url,
      REFERENCE_URL: url,
      DATA_DIR: dataDir,
      // A file .env may name real services.
      REDIS_URL: "",
      MEMCACHED_SERVERS: "",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await untilPrinted(worker, (text) => text.includes("First overview"));
    const firstMs = performance.now() - startedMs;
    const output = await untilPrinted(worker, (text) => text.includes('"msg":"Refreshed"'));
    const [line = "{}"] = output.split("\n").filter((/** @type {string} */ text) => text.includes('"msg":"Refreshed"'));
    const { tookMs, scored } = JSON.parse(line);
    const stats = /** @type {{ total: number, peak_in_5s: number }} */ (await (await fetch(`${url}/__stats`)).json());
    return { firstMs, tookMs, scored, requests: stats.total, peak: stats.peak_in_5s };
  } finally {
    worker.kill("SIGTERM");
    simulator.kill("SIGTERM");
    await delay(500);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const runs = [];
for (let run = 0; run < RUNS; run++) {
  runs.push(await measure());
}
const requests = median(runs.map((run) => run.requests));
const tookMs = median(runs.map((run) => run.tookMs));
const allowedMs = (requests / LIMIT_IN_5_S) * 5_000;
const ccxtMs = (requests / CCXT_REQUESTS_PER_S) * 1_000;
console.log(
  `cold start, ${median(runs.map((run) => run.scored))} of ${SYMBOLS} symbols scored, medians of ${RUNS} runs\n`,
);
console.log("| what | figure |\n|---|---|");
console.log(
  `| from the start of the process to the first overview | ${(median(runs.map((run) => run.firstMs)) / 1000).toFixed(1)} s |`,
);
console.log(`| requests | ${requests} |`);
console.log(`| most requests in 5 s (the budget: ${LIMIT_IN_5_S}) | ${median(runs.map((run) => run.peak))} |`);
console.log(`| the first refresh | ${(tookMs / 1000).toFixed(1)} s |`);
console.log(
  `| against an even spending of the budget (${(allowedMs / 1000).toFixed(1)} s) | ${(tookMs / allowedMs).toFixed(2)} |`,
);
console.log(`| against ccxt's own limiter (${(ccxtMs / 1000).toFixed(1)} s) | ${(tookMs / ccxtMs).toFixed(2)} |`);
