// A market to look at through the page: found out once by the demo, then changed and published by hand, on the real server.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startServer } from "../../apps/server/dist/index.js";
import { buildDocuments } from "../../apps/worker/dist/documents/build-documents.js";
import { restorePicture } from "../../apps/worker/dist/documents/restore-picture.js";
import { createInProcessQueue } from "../../packages/refresh/dist/index.js";
import { createLogger, createMetrics, systemClock } from "../../packages/runtime/dist/index.js";
import { createDiskStore, createMemoryAnnouncements, createMemoryStore } from "../../packages/storage/dist/index.js";
import { PROGRAM } from "./program.mjs";

/**
 * @typedef {import("../../apps/worker/dist/picture/picture.js").Picture} Picture
 * @typedef {Picture["scores"]["value"][number]["row"]} Row
 * @typedef {import("../../packages/storage/dist/index.js").Publication} Publication
 */

const ORIGIN = "simulator";
const PERIOD_MS = 30_000;
const SYMBOLS = 50;
const DEMO_TIMEOUT_MS = 60_000;
const root = fileURLToPath(new URL("../..", import.meta.url));
const log = createLogger({ level: "warn", pretty: false });

/**
 * Runs the demo until every symbol is scored; always the same symbols, with the figures of the moment.
 * @returns {Promise<Publication>} what it published
 */
export async function simulatedMarket() {
  const folder = mkdtempSync(join(tmpdir(), "pulseboard-market-"));
  const env = {
    ...process.env,
    PORT: "0",
    ADMIN_PORT: "0",
    HOST: "127.0.0.1",
    DATA_DIR: folder,
  };
  const demo = spawn(process.execPath, [PROGRAM, "demo"], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => demo.once("close", resolve));
  const disk = createDiskStore({ directory: join(folder, "demo"), log });
  try {
    for (const deadline = performance.now() + DEMO_TIMEOUT_MS; performance.now() < deadline; await delay(100)) {
      const publication = await disk.read();
      if (publication !== null && pictureOf(publication).scores.value.length === SYMBOLS) {
        return publication;
      }
    }
    throw new Error(`the demo did not score ${SYMBOLS} symbols within ${DEMO_TIMEOUT_MS} ms`);
  } finally {
    demo.kill("SIGTERM");
    await ended;
    await disk.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Publication} publication @returns {Picture} */
export function pictureOf({ documents }) {
  const restored = restorePicture(documents, ORIGIN);
  if ("problem" in restored) {
    throw new Error(restored.problem);
  }
  return restored.picture;
}

/**
 * @param {Picture} picture @param {{ sequence: number, generatedAtMs?: number, periodMs?: number }} imprint Unix ms; now, every 30 s
 * @returns {Publication} the documents that the worker would publish of it
 */
export function publicationOf(picture, { sequence, generatedAtMs = Date.now(), periodMs = PERIOD_MS }) {
  const imprint = { origin: ORIGIN, simulated: true, periodMs };
  const documents = buildDocuments(picture, imprint, sequence, generatedAtMs, (symbol, error) => {
    throw new Error(`${symbol} cannot be published`, { cause: error });
  });
  return { sequence, documents };
}

/**
 * The same market with other scores; whatever else is said of a symbol stays.
 * @param {Picture} picture @param {(symbol: string, score: number) => number} scoreOf two decimals
 * @returns {Picture}
 */
export function withScores(picture, scoreOf) {
  return withRows(picture, ({ symbol, score }) => ({ score: scoreOf(symbol, score) }));
}

/**
 * The same market with other figures in the list of scores.
 * @param {Picture} picture @param {(row: Row) => Partial<Row>} changeOf @returns {Picture}
 */
export function withRows(picture, changeOf) {
  const value = picture.scores.value.map(({ row, analysis }) => {
    const changed = { ...row, ...changeOf(row) };
    return { row: changed, analysis: { ...analysis, score: changed.score } };
  });
  return { ...picture, scores: { ...picture.scores, value } };
}

/**
 * The server as every start command runs it, in this process, with the page that was built.
 * @param {Publication | null} publication what it shows at first; null for nothing yet
 * @param {number} [port] any free one if left out
 */
export async function startPageServer(publication, port = 0) {
  const store = createMemoryStore();
  const announcements = createMemoryAnnouncements();
  if (publication !== null) {
    await store.publish(publication);
  }
  const metrics = createMetrics();
  const server = await startServer({
    host: "127.0.0.1",
    port,
    origin: ORIGIN,
    freshForMs: null,
    stores: [store],
    announcements,
    // Nobody answers: what is published is up to the caller.
    queue: createInProcessQueue({ log, clock: systemClock }).queue,
    pageDirectory: join(root, "apps/mobile/dist"),
    metrics,
    clock: systemClock,
    log,
  });
  return {
    url: server.url,
    port: Number(new URL(server.url).port),
    /** @param {Publication} next */
    publish: async (next) => {
      await store.publish(next);
      await announcements.announce(next.sequence);
    },
    /** @param {string} labels 'route="/api/snapshot",status="304"' @returns {Promise<number>} how many such answers it gave */
    answered: async (labels) => {
      const lines = (await metrics.text())
        .split("\n")
        .filter((line) => line.startsWith("pulseboard_http_requests_total{"));
      return lines
        .filter((line) => line.includes(labels))
        .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    },
    close: () => server.close(0),
  };
}
