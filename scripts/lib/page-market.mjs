// A market for looking at the page: the demo computes it once, then tests and benchmarks change it and publish it to a real server.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createInProcessQueue, REFRESH_DURATIONS } from "@pulseboard/refresh";
import { createLogger, createMetrics, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import { SERVER_DURATIONS, startServer } from "@pulseboard/server";
import { HISTORY_ROUTES, rowFieldsOf, rowFromAnalysis } from "@pulseboard/snapshot";
import { createDiskStore, createMemoryAnnouncements, createMemoryStore, STORAGE_DURATIONS } from "@pulseboard/storage";
import { buildDocuments } from "../../apps/worker/dist/documents/build-documents.js";
import { loadMarketState } from "../../apps/worker/dist/documents/load-market-state.js";
import { PROGRAM } from "./program.mjs";

/**
 * @typedef {import("../../apps/worker/dist/state/market-state.js").MarketState} MarketState
 * @typedef {ReturnType<typeof rowFromAnalysis>} Row
 * @typedef {import("@pulseboard/storage").Publication} Publication
 */

const ORIGIN = "simulator";
const PERIOD_MS = 30_000;
const DAY_MS = 24 * 3_600_000;
const SYMBOLS = 50;
const DEMO_TIMEOUT_MS = 180_000;
const root = fileURLToPath(new URL("../..", import.meta.url));
const log = createLogger({ level: "warn", pretty: false });
const outages = createOutageLog(log, systemClock, RUNTIME_DURATIONS);

/**
 * Runs the demo until every symbol is scored. The symbols are always the same; the figures are of the moment.
 * @returns {Promise<Publication>} the publication
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
  const disk = createDiskStore({
    directory: join(folder, "demo"),
    log,
    outages,
    clock: systemClock,
    durations: STORAGE_DURATIONS,
  });
  try {
    for (const deadline = performance.now() + DEMO_TIMEOUT_MS; performance.now() < deadline; await delay(100)) {
      const publication = await disk.read();
      if (publication !== null && marketStateOf(publication).scores.value.size === SYMBOLS) {
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

/** @param {Publication} publication @returns {MarketState} */
export function marketStateOf({ documents }) {
  const loaded = loadMarketState(documents, ORIGIN);
  if ("problem" in loaded) {
    throw new Error(loaded.problem);
  }
  return loaded.state;
}

/**
 * @param {MarketState} state @param {{ sequence: number, generatedAtMs?: number, periodMs?: number }} meta Unix ms; now, every 30 s
 * @returns {Publication} the documents that the worker would publish of it
 */
export function publicationOf(state, { sequence, generatedAtMs = Date.now(), periodMs = PERIOD_MS }) {
  const meta = { origin: ORIGIN, simulated: true, periodMs };
  const { documents } = buildDocuments(state, meta, sequence, generatedAtMs, (symbol, error) => {
    throw new Error(`${symbol} cannot be published`, { cause: error });
  });
  return { sequence, documents };
}

/**
 * The same market with other scores; everything else about a symbol stays.
 * @param {MarketState} state @param {(symbol: string, score: number) => number} scoreOf two decimals
 * @returns {MarketState}
 */
export function withScores(state, scoreOf) {
  return withRows(state, (row) => {
    const score = scoreOf(row.symbol, row.score);
    // As in a market that balances out: the list is sorted by relative scores.
    return { score, score_now: score, relative: score };
  });
}

/**
 * The same market with other figures in the list of scores.
 * @param {MarketState} state @param {(row: Row) => Partial<Row>} changeOf @returns {MarketState}
 */
export function withRows(state, changeOf) {
  const value = new Map(
    [...state.scores.value].map(([symbol, { analysis, row, rowReasons }]) => {
      const before = rowFromAnalysis(analysis, row, { at: [], value: [] });
      const after = { ...before, ...changeOf(before) };
      const { score, score_now, price, reliability, components } = after;
      const scored = Object.entries(analysis.components).map(([name, component]) => [
        name,
        { ...component, score: components[/** @type {keyof Row["components"]} */ (name)] },
      ]);
      const scores = score_now === undefined ? { score } : { score, score_now };
      const changed = { ...analysis, ...scores, price, reliability, components: Object.fromEntries(scored) };
      return [symbol, { analysis: changed, row: rowFieldsOf(after), rowReasons }];
    }),
  );
  return { ...state, scores: { ...state.scores, value } };
}

/**
 * Made-up prices of 24 h that end near each symbol's own: the last of them a quarter of an hour ago.
 * @param {MarketState} state @param {number} sequence
 * @returns {import("@pulseboard/storage").SingleDocument}
 */
function daysOf({ asOfMs, scores }, sequence) {
  const route = HISTORY_ROUTES.find(({ path }) => path === "/api/days");
  if (route === undefined) {
    throw new Error("there is no route of the days");
  }
  const symbols = [...scores.value].map(([symbol, { analysis, row }], place) => {
    const before = analysis.price / (1 + (row.change_24h ?? 0) / 100);
    const price_day = Array.from({ length: 48 }, (_, at) => {
      const onTheWay = before + ((analysis.price - before) * at) / 47;
      return Number((onTheWay * (1 + 0.01 * Math.sin((at + place) / 3))).toPrecision(5));
    });
    return [symbol, { price_day, score_day: price_day.map(() => null) }];
  });
  const document = {
    ...{ schema_version: 1, method_version: 2, sequence, origin: ORIGIN, simulated: true },
    ...{ as_of: Math.floor(asOfMs / 1000) - 900, step_s: 1800, symbols: Object.fromEntries(symbols) },
  };
  return { key: route.keyOf(""), sequence, text: JSON.stringify(document) };
}

/**
 * Starts the real server in this process, with the page as it is built, and with prices of 24 h for its lines.
 * @param {Publication | null} publication the first one shown; null for nothing yet
 * @param {number} [port] any free one if left out
 */
export async function startPageServer(publication, port = 0) {
  const store = createMemoryStore();
  const announcements = createMemoryAnnouncements();
  if (publication !== null) {
    await store.publish(publication);
    await store.publishSingle?.(daysOf(marketStateOf(publication), publication.sequence), DAY_MS);
  }
  const metrics = createMetrics();
  const server = await startServer({
    host: "127.0.0.1",
    port,
    build: { version: "0.1.0", commit: "unknown" },
    origin: ORIGIN,
    freshForMs: null,
    stores: [store],
    announcements,
    // Nothing consumes it: the caller publishes.
    queue: createInProcessQueue({ log, clock: systemClock, durations: REFRESH_DURATIONS }).queue,
    pageDirectory: join(root, "apps/mobile/dist"),
    docsViewerDirectory: join(root, "node_modules/swagger-ui-dist"),
    metrics,
    durations: SERVER_DURATIONS,
    clock: systemClock,
    log,
    outages,
  });
  return {
    url: server.url,
    port: Number(new URL(server.url).port),
    /** @param {Publication} next */
    publish: async (next) => {
      await store.publish(next);
      await announcements.announce(next.sequence);
    },
    /** @param {import("@pulseboard/storage").SingleDocument} document */
    publishSingle: async (document) => {
      await store.publishSingle?.(document, DAY_MS);
    },
    /** @param {string} labels 'route="/api/snapshot",status="304"' @returns {Promise<number>} how many such responses it has sent */
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
