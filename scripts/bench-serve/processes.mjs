// Starts the servers that the benchmark measures, each in a process on the first core; the load comes from the second.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { cpus } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { PROGRAM, startSimulator } from "../lib/program.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Heap flags and allocator settings are those of production. @type {{ node_args: string[], env: Record<string, string> }} */
const PRODUCTION = createRequire(import.meta.url)("../../ecosystem.config.js").apps.find(
  (/** @type {{ name: string }} */ { name }) => name === "pulseboard-server",
);
const SERVER_CORE = "0";
export const LOAD_CORE = cpus().length > 1 ? "1" : "0";
const UP_WITHIN_MS = 60_000;

/** @typedef {import("node:child_process").ChildProcess} ChildProcess @typedef {{ process: ChildProcess, url: string }} Started */

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}

/** Ends a process and waits until it is gone. @param {ChildProcess} child @param {NodeJS.Signals} signal */
export async function end(child, signal = "SIGTERM") {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}

/** @param {"raw" | "express" | "redis"} kind @param {string} file @param {string} redisUrl @returns {Promise<Started>} */
export async function startPeer(kind, file, redisUrl) {
  const args = ["-c", SERVER_CORE, process.execPath, join(ROOT, "scripts/bench-serve/peer.mjs")];
  const child = spawn("taskset", [...args, kind, file, redisUrl], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [message] = await Promise.race([
    /** @type {Promise<[unknown]>} */ (new Promise((resolve) => child.once("message", (sent) => resolve([sent])))),
    new Promise((_, reject) => child.once("exit", (code) => reject(new Error(`peer ${kind} ended with ${code}`)))),
  ]);
  return { process: child, url: /** @type {{ url: string }} */ (message).url };
}

/**
 * Our server as production starts it, with everything on. No worker runs, so its documents are stale: beside serving, it asks
 * the queue for a refresh every 5 s.
 * @param {{ redisUrl: string, dataDir: string, rateLimitPerMinute: number, core?: string }} options @returns {Promise<Started>}
 */
export async function startServer({ redisUrl, dataDir, rateLimitPerMinute, core = SERVER_CORE }) {
  const port = await freePort();
  const args = ["-c", core, process.execPath, ...PRODUCTION.node_args, PROGRAM, "server"];
  const child = spawn("taskset", args, {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH ?? "",
      ...PRODUCTION.env,
      HOST: "127.0.0.1",
      PORT: String(port),
      EXCHANGE: "simulator",
      EXCHANGE_URL: "http://127.0.0.1:9",
      REDIS_URL: redisUrl,
      DATA_DIR: dataDir,
      // Stale from the first request on: becoming stale half-way would change the entity tags.
      FRESH_FOR_MS: "1000",
      RATE_LIMIT_PER_MINUTE: String(rateLimitPerMinute),
      TRUST_PROXY: "loopback",
      CORS_ORIGIN: "https://app.example",
      LOG_LEVEL: "error",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}/api/dashboard/mobile-data`;
  await untilServed(url, child);
  return { process: child, url };
}

/** Resolves when the server responds with data. @param {string} url @param {ChildProcess} child */
async function untilServed(url, child) {
  const deadline = performance.now() + UP_WITHIN_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    try {
      const response = await fetch(url);
      const body = /** @type {{ status?: unknown }} */ (await response.json());
      if (body.status === "success") {
        return;
      }
    } catch (error) {
      if (!(error instanceof TypeError)) {
        throw error;
      }
    }
    await delay(5);
  }
  throw new Error(`nothing was served at ${url}`);
}

/**
 * @param {string} folder that holds body.json.gz @param {(child: ChildProcess) => void} keep called with the process before it is up
 * @returns {Promise<Started>} nginx with one worker, serving the same bytes as a file
 */
export async function startNginx(folder, keep) {
  const port = await freePort();
  const config = join(folder, "nginx.conf");
  writeFileSync(
    config,
    // Started by root, nginx would otherwise switch to a user who may not read our folder.
    `${process.getuid?.() === 0 ? "user root; " : ""}daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr crit;
events { worker_connections 512; }
http {
  access_log off; default_type application/json; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  server { listen 127.0.0.1:${port}; root ${folder}; location = /body { add_header Content-Encoding gzip; try_files /body.json.gz =404; } }
}
`,
  );
  const child = spawn("taskset", ["-c", SERVER_CORE, "nginx", "-c", config, "-p", folder], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  keep(child);
  const url = `http://127.0.0.1:${port}/body`;
  for (let attempt = 0; attempt < 100; attempt++) {
    const answered = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) {
      return { process: child, url };
    }
    await delay(50);
  }
  throw new Error("nginx did not start");
}

/** @param {string} folder @param {number} port @returns {Promise<ChildProcess>} */
export async function startRedis(folder, port) {
  const child = spawn(
    "redis-server",
    ["--port", String(port), "--save", "", "--dir", folder, "--loglevel", "warning"],
    {
      stdio: "ignore",
    },
  );
  await delay(300);
  return child;
}

/** Real documents: one refresh of 50 symbols on the simulated market, left in `dataDir`. @param {string} dataDir */
export async function writeDocuments(dataDir) {
  const { process: simulator, url } = await startSimulator();
  const worker = spawn(process.execPath, [PROGRAM, "start"], {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH ?? "",
      PORT: "0",
      HOST: "127.0.0.1",
      EXCHANGE: "simulator",
      EXCHANGE_URL: url,
      REFERENCE_URL: url,
      DATA_DIR: dataDir,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await new Promise((resolve, reject) => {
      let output = "";
      worker.stdout.on("data", (chunk) => {
        output += String(chunk);
        if (output.includes('"msg":"Refreshed"')) {
          resolve(undefined);
        }
      });
      worker.once("close", (code) => reject(new Error(`the worker ended with ${code}: ${output}`)));
    });
  } finally {
    await end(worker);
    await end(simulator);
  }
}

/** Resident memory and used processor time. @param {ChildProcess} child */
export function usage(child) {
  const rssMb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  // utime and stime, in ticks of 10 ms.
  return { rssMb, cpuMs: (Number(fields[11]) + Number(fields[12])) * 10 };
}
