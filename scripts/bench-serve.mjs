// `npm run bench:serve`: compares our server with others that respond with the same bytes, in one run; measures its memory over a
// million requests, and its cold start. Prints tables. Needs wrk, nginx and redis-server.
// `--quick` does a tenth of it, to see that it works.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { wrk } from "./bench-serve/load.mjs";
import {
  end,
  freePort,
  startNginx,
  startPeer,
  startRedis,
  startServer,
  usage,
  writeDocuments,
} from "./bench-serve/processes.mjs";
import { findProgram } from "./lib/ensure-installed.mjs";

const quick = process.argv.includes("--quick");
const RUNS = quick ? 1 : 5;
const RUN_S = quick ? 1 : 5;
/**
 * Warm-up before each run. A server idles while the others are measured, and V8 drops code and hidden classes that it then needs
 * some tenths of a second to make again, with raw node:http too. That cost has its own column in the table.
 */
const FIRST_S = 1;
const MEMORY_REQUESTS = quick ? 100_000 : 1_000_000;
const NO_LIMIT = 10_000_000;
/** The peers have gzip only, so that no request asks for brotli. */
const GZIP = { "Accept-Encoding": "gzip" };

/** @param {readonly number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
/** @param {readonly (string | number)[]} cells */
const row = (cells) => console.log(`| ${cells.join(" | ")} |`);
/** @param {readonly string[]} titles */
const table = (titles) => {
  row(titles);
  row(titles.map(() => "---"));
};

/** @typedef {{ name: string, url: string, process: import("node:child_process").ChildProcess, headers: Record<string, string> }} Contestant */

/** @param {string} url @returns {Promise<string>} the tag of the gzip body */
async function etagOf(url) {
  const response = await fetch(url, { headers: GZIP });
  await response.arrayBuffer();
  return response.headers.get("etag") ?? "";
}

/** @param {readonly Contestant[]} contestants each measured in turn, so that a noisy minute hits all */
async function compare(contestants) {
  const results = contestants.map(
    () => /** @type {{ perSecond: number, p99Ms: number, firstP99Ms: number, cpuUs: number }[]} */ ([]),
  );
  for (const { url, headers } of contestants) {
    await wrk(url, 1, headers);
  }
  for (let run = 0; run < RUNS; run++) {
    for (const [index, { name, url, process: child, headers }] of contestants.entries()) {
      const first = await wrk(url, FIRST_S, headers);
      const before = usage(child).cpuMs;
      const { perSecond, p99Ms, requests, failed } = await wrk(url, RUN_S, headers);
      if (first.failed + failed > 0) {
        throw new Error(`${name}: ${first.failed + failed} requests failed`);
      }
      results[index]?.push({
        perSecond,
        p99Ms,
        firstP99Ms: first.p99Ms,
        cpuUs: ((usage(child).cpuMs - before) * 1000) / requests,
      });
    }
  }
  table([
    "answered by",
    "requests/s",
    "p99 ms",
    "p99 ms in the second before, after idling",
    "processor time per request, µs",
  ]);
  const medians = results.map((runs) => ({
    perSecond: median(runs.map(({ perSecond }) => perSecond)),
    p99Ms: median(runs.map(({ p99Ms }) => p99Ms)),
    firstP99Ms: median(runs.map(({ firstP99Ms }) => firstP99Ms)),
    cpuUs: median(runs.map(({ cpuUs }) => cpuUs)),
  }));
  for (const [index, { name }] of contestants.entries()) {
    const { perSecond = 0, p99Ms = 0, firstP99Ms = 0, cpuUs = 0 } = medians[index] ?? {};
    row([
      name,
      Math.round(perSecond),
      p99Ms.toFixed(2),
      firstP99Ms.toFixed(2),
      name.startsWith("nginx") ? "-" : cpuUs.toFixed(1),
    ]);
  }
  return new Map(contestants.map(({ name }, index) => [name, medians[index] ?? { perSecond: 0, p99Ms: 0, cpuUs: 0 }]));
}

for (const program of ["wrk", "nginx", "redis-server", "taskset"]) {
  if (findProgram(program) === null) {
    console.error(`${program} is not installed: apt-get install wrk nginx-light redis-server util-linux`);
    process.exit(1);
  }
}
const folder = mkdtempSync(join(tmpdir(), "pulseboard-bench-serve-"));
const dataDir = mkdtempSync(join(tmpdir(), "pulseboard-bench-data-"));
/** @type {import("node:child_process").ChildProcess[]} */
const started = [];
/** @template {import("node:child_process").ChildProcess} T @param {T} child @returns {T} */
const keep = (child) => {
  started.push(child);
  return child;
};

try {
  await writeDocuments(dataDir);
  const redisPort = await freePort();
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  keep(await startRedis(folder, redisPort));
  const serve = (/** @type {number} */ rateLimitPerMinute) => startServer({ redisUrl, dataDir, rateLimitPerMinute });

  const ours = await serve(NO_LIMIT);
  keep(ours.process);
  const text = await (await fetch(ours.url)).text();
  const file = join(folder, "body.json");
  writeFileSync(file, text);
  writeFileSync(`${file}.gz`, gzipSync(text));
  const raw = await startPeer("raw", file, "");
  keep(raw.process);
  const express = await startPeer("express", file, "");
  keep(express.process);
  const viaRedis = await startPeer("redis", file, redisUrl);
  keep(viaRedis.process);
  const nginx = await startNginx(folder, keep);
  // By then the bodies of all symbols are prepared.
  await delay(3000);
  const known = async (/** @type {string} */ url) => ({ ...GZIP, "If-None-Match": await etagOf(url) });
  console.log(
    `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}, ${new Date().toISOString()}`,
  );
  console.log(
    `body: ${Buffer.byteLength(text)} bytes, gzip ${gzipSync(text).length}; medians of ${RUNS} runs of ${RUN_S} s, 50 connections\n`,
  );
  const medians = await compare([
    { ...ours, name: "Pulseboard, 200", headers: GZIP },
    { ...raw, name: "raw node:http, 200", headers: GZIP },
    { ...nginx, name: "nginx, a file, 200", headers: GZIP },
    { ...express, name: "Express res.json", headers: GZIP },
    { ...viaRedis, name: "Redis GET, parse, res.json", headers: GZIP },
    { ...ours, name: "Pulseboard, 304", headers: await known(ours.url) },
    { ...raw, name: "raw node:http, 304", headers: await known(raw.url) },
    { ...nginx, name: "nginx, a file, 304", headers: await known(nginx.url) },
  ]);
  for (const { process: child } of [raw, express, viaRedis, nginx, ours]) {
    await end(child);
  }

  const figure = (/** @type {string} */ name) => medians.get(name) ?? { perSecond: 0, p99Ms: 0, cpuUs: 0 };
  const [our200, our304] = [figure("Pulseboard, 200"), figure("Pulseboard, 304")];
  const [raw200, raw304] = [figure("raw node:http, 200"), figure("raw node:http, 304")];
  console.log("");
  table(["what", "aim", "measured"]);
  row(["requests/s against raw node:http, 200", "≥ 0.75", (our200.perSecond / raw200.perSecond).toFixed(2)]);
  row(["requests/s against raw node:http, 304", "≥ 0.75", (our304.perSecond / raw304.perSecond).toFixed(2)]);
  row(["p99 against raw node:http, 200", "≤ 1.5", (our200.p99Ms / raw200.p99Ms).toFixed(2)]);
  row(["p99 against raw node:http, 304", "≤ 1.5", (our304.p99Ms / raw304.p99Ms).toFixed(2)]);
  row(["against Express res.json", "≥ 8", (our200.perSecond / figure("Express res.json").perSecond).toFixed(1)]);
  row([
    "against Redis GET, parse, res.json",
    "≥ 15",
    (our200.perSecond / figure("Redis GET, parse, res.json").perSecond).toFixed(1),
  ]);

  // Cold start: Redis is up but empty, so that the server starts from its disk.
  const coldMs = [];
  for (let run = 0; run < RUNS; run++) {
    const startedMs = performance.now();
    const server = await serve(NO_LIMIT);
    coldMs.push(performance.now() - startedMs);
    await end(server.process);
  }
  row(["cold start to the first answer from the disk's copy", "≤ 900 ms", `${Math.round(median(coldMs))} ms`]);

  // Memory: a million requests, of each kind in turn.
  const server = await serve(NO_LIMIT);
  keep(server.process);
  const kinds = [GZIP, await known(server.url), { "Accept-Encoding": "br" }, {}];
  const samples = [];
  for (let requests = 0, turn = 0; requests < MEMORY_REQUESTS; turn++) {
    requests += (await wrk(server.url, 2, kinds[turn % kinds.length] ?? GZIP)).requests;
    samples.push({ requests, rssMb: usage(server.process).rssMb });
  }
  await end(server.process);
  const settled = samples.filter(({ requests }) => requests >= MEMORY_REQUESTS / 5).map(({ rssMb }) => rssMb);
  const [least, most] = [Math.min(...settled), Math.max(...settled)];
  row([
    `memory after ${MEMORY_REQUESTS.toLocaleString("en")} requests`,
    "≤ 110 MB",
    `${samples.at(-1)?.rssMb.toFixed(0)} MB`,
  ]);
  row([
    "its spread from the first fifth on",
    "≤ 5 %",
    `${(((most - least) / least) * 100).toFixed(1)} % (${least.toFixed(0)} to ${most.toFixed(0)} MB)`,
  ]);
} finally {
  for (const child of started.toReversed()) {
    await end(child);
  }
  for (const path of [folder, dataDir]) {
    rmSync(path, { recursive: true, force: true });
  }
}
