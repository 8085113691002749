// `npm run screenshots`: writes a picture of each view of the phone page, light and dark, to docs/pictures/. The simulator makes the
// market, always with the same seed, and runs fast for a while so that the charts have a past to show.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createLogger, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import { createDiskStore, STORAGE_DURATIONS } from "@pulseboard/storage";
import { launchChromium } from "./lib/chromium.mjs";
import { BROWSER, ensureInstalled } from "./lib/ensure-installed.mjs";
import { marketStateOf, publicationOf, startPageServer } from "./lib/page-market.mjs";
import { PROGRAM, startSimulator } from "./lib/program.mjs";

/** Market seconds per second: at this speed, a refresh every 5 s adds one 15 min point to each score's history. */
const SPEED = 180;
const POINTS = 16;
const RUN_TIMEOUT_MS = 300_000;
const VIEWPORT = { width: 390, height: 844 };
const VIEWS = [
  { name: "market", hash: "#/" },
  { name: "scores", hash: "#/scores" },
  { name: "breakdown", hash: "#/ETHUSDT" },
  { name: "movers", hash: "#/movers" },
  { name: "perps", hash: "#/perps" },
  { name: "alerts", hash: "#/alerts" },
];

/**
 * @typedef {import("../apps/worker/dist/state/market-state.js").MarketState} MarketState
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const pictures = join(root, "docs/pictures");

/** @returns {Promise<MarketState>} the market once it has a past */
async function runMarket() {
  const folder = mkdtempSync(join(tmpdir(), "pulseboard-pictures-"));
  const { process: simulator, url } = await startSimulator("--speed", `${SPEED}`);
  const env = {
    ...process.env,
    ...{ EXCHANGE: "simulator", EXCHANGE_URL: url, REFERENCE_URL: url, DATA_DIR: folder },
    // A file .env may name real services.
    ...{ REDIS_URL: "", MEMCACHED_SERVERS: "" },
    ...{ REFRESH_CRON: "*/5 * * * * *", PORT: "0", ADMIN_PORT: "0", HOST: "127.0.0.1" },
  };
  const program = spawn(process.execPath, [PROGRAM, "start"], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => program.once("close", resolve));
  const log = createLogger({ level: "warn", pretty: false });
  const disk = createDiskStore({
    directory: folder,
    log,
    outages: createOutageLog(log, systemClock, RUNTIME_DURATIONS),
    clock: systemClock,
    durations: STORAGE_DURATIONS,
  });
  try {
    for (const deadline = performance.now() + RUN_TIMEOUT_MS; performance.now() < deadline; await delay(500)) {
      const publication = await disk.read();
      const state = publication === null ? null : marketStateOf(publication);
      if (state !== null && (state.history.scores.BTCUSDT?.at.length ?? 0) >= POINTS) {
        return state;
      }
    }
    throw new Error(`no ${POINTS} points within ${RUN_TIMEOUT_MS} ms`);
  } finally {
    program.kill("SIGTERM");
    await ended;
    simulator.kill("SIGTERM");
    await disk.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The fields that hold a time, Unix seconds. */
const TIMES = new Set(["as_of", "timestamp", "unix_timestamp", "last_seen", "last_signal"]);

/**
 * Sets all times of the market, which has run ahead of the clock, back by the same span. Reference data keeps its own.
 * @template T @param {T} value @param {number} aheadS @returns {T}
 */
function setBack(value, aheadS) {
  const text = JSON.stringify(value, (key, entry) => {
    if (key === "reference") {
      return { untouched: JSON.stringify(entry) };
    }
    if (entry instanceof Map) {
      return { entries: [...entry] };
    }
    if (key === "asOfMs") {
      return entry - aheadS * 1000;
    }
    if (key === "at" && Array.isArray(entry)) {
      return entry.map((at) => at - aheadS);
    }
    return TIMES.has(key) && typeof entry === "number" ? entry - aheadS : entry;
  });
  return JSON.parse(text, (key, entry) => {
    if (key === "reference") {
      return JSON.parse(entry.untouched);
    }
    return Array.isArray(entry?.entries) ? new Map(entry.entries) : entry;
  });
}

await ensureInstalled([BROWSER]);
console.log(`Running the market ${SPEED} times as fast until there are ${POINTS} points of history ...`);
const state = await runMarket();
const aheadS = Math.floor((state.asOfMs - Date.now()) / 1000);
const server = await startPageServer(publicationOf(setBack(state, aheadS), { sequence: 1 }));
const browser = await launchChromium();
mkdirSync(pictures, { recursive: true });

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  const context = await browser.newContext({
    viewport: VIEWPORT,
    deviceScaleFactor: 2,
    colorScheme,
    locale: "en-US",
    hasTouch: true,
  });
  const page = await context.newPage();
  for (const { name, hash } of VIEWS) {
    await page.goto(`${server.url}/mobile${hash}`);
    await page.locator(`[data-view=${name}]`).waitFor();
    await page.waitForLoadState("networkidle");
    // By then the chart is drawn.
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
  }
  await context.close();
}
await browser.close();
await server.close();
console.log(`${2 * VIEWS.length} pictures in docs/pictures/`);
process.exit(0);
