// `npm run bench:announcement`: measures how long after its announcement another process serves a new snapshot of 50 symbols.
// It runs its own worker, server and Redis, on a simulator, and prints medians.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { createBullQueue, REFRESH_DURATIONS } from "@pulseboard/refresh";
import { createLogger, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import { createRedisAnnouncements, STORAGE_DURATIONS } from "@pulseboard/storage";
import { ensureInstalled, SERVICES } from "./lib/ensure-installed.mjs";
import { PROGRAM, startSimulator } from "./lib/program.mjs";

const SAMPLES = 15;
const SAMPLE_TIMEOUT_MS = 10_000;

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

await ensureInstalled(SERVICES);
const folder = mkdtempSync(join(tmpdir(), "pulseboard-bench-"));
const [redisPort, port] = [await freePort(), await freePort()];
const redisUrl = `redis://127.0.0.1:${redisPort}`;
const redis = spawn("redis-server", ["--port", `${redisPort}`, "--bind", "127.0.0.1", "--dir", folder, "--save", ""], {
  stdio: "ignore",
});
const { process: simulator, url: exchange } = await startSimulator();
const env = {
  ...process.env,
  REDIS_URL: redisUrl,
  // A file .env may name a real one.
  MEMCACHED_SERVERS: "",
  PORT: String(port),
  HOST: "127.0.0.1",
  EXCHANGE: "simulator",
  EXCHANGE_URL: exchange,
  DATA_DIR: folder,
};
const programs = ["worker", "server"].map((command) =>
  spawn(process.execPath, [PROGRAM, command], { env, stdio: "ignore" }),
);

const log = createLogger({ level: "silent", pretty: false });
const tools = { log, outages: createOutageLog(log, systemClock, RUNTIME_DURATIONS), clock: systemClock };
const connection = connectRedis({ url: redisUrl, keyPrefix: "", ...tools, durations: REDIS_DURATIONS });
const announcements = createRedisAnnouncements({ redis: connection, ...tools, durations: STORAGE_DURATIONS });
const { queue } = createBullQueue({ redis: connection, ...tools, durations: REFRESH_DURATIONS });
const url = `http://127.0.0.1:${port}/api/market/overview`;

/** @returns {Promise<number>} the sequence that is served; 0 while nothing is */
async function served() {
  try {
    const response = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(2_000) });
    return Number(response.headers.get("x-snapshot-sequence") ?? "0");
  } catch {
    // The server is not up yet.
    return 0;
  }
}

/** @type {{ sequence: number, atMs: number } | null} */
let announced = null;
announcements.subscribe((sequence) => {
  announced = { sequence, atMs: performance.now() };
});

const latenciesMs = [];
try {
  while ((await served()) === 0) {
    await delay(100);
  }
  while (latenciesMs.length < SAMPLES) {
    announced = null;
    await queue.enqueue("operator");
    const deadline = performance.now() + SAMPLE_TIMEOUT_MS;
    while (announced === null && performance.now() < deadline) {
      await delay(1);
    }
    const heard = /** @type {{ sequence: number, atMs: number } | null} */ (announced);
    if (heard === null) {
      continue;
    }
    while ((await served()) < heard.sequence && performance.now() < deadline) {
      await delay(1);
    }
    latenciesMs.push(performance.now() - heard.atMs);
  }
} finally {
  for (const program of programs) {
    program.kill("SIGTERM");
  }
  await Promise.all(programs.map((program) => new Promise((resolve) => program.once("close", resolve))));
  await queue.close();
  await announcements.close();
  await connection.close();
  simulator.kill("SIGTERM");
  redis.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
const sorted = latenciesMs.toSorted((a, b) => a - b);
console.log(
  `from the announcement of a snapshot of 50 symbols to its being served by another process, ${SAMPLES} times\n`,
);
console.log("| what | ms |\n|---|---|");
console.log(`| median | ${sorted[Math.floor(sorted.length / 2)]?.toFixed(0)} |`);
console.log(`| slowest | ${sorted.at(-1)?.toFixed(0)} |`);
