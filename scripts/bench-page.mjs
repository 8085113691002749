// `npm run bench:page`: measures the phone page in Chromium as on a slow phone with a bad connection (processor 4 times slower,
// 400 ms round trip, 400 kbit/s), against the real server; the load of the list of scores as Lighthouse's phone would see it. Prints a table, and ends with 1 when a limit is exceeded.
import { fileURLToPath } from "node:url";
import { heapInUse } from "./bench-page/heap-in-use.mjs";
import { loadOfScores } from "./bench-page/load-of-scores.mjs";
import { launchChromium, PLAIN_HTTP_HOST } from "./lib/chromium.mjs";
import { BROWSER, ensureInstalled } from "./lib/ensure-installed.mjs";
import { marketStateOf, publicationOf, simulatedMarket, startPageServer, withRows } from "./lib/page-market.mjs";

const RUNS = 5;
const SLOW_CPU = 4;
/** latency in ms, throughput in bytes per second: 400 kbit/s. */
const SLOW_NETWORK = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const UPDATES_TIMED = 20;
const UPDATES_OF_HEAP = 500;
/** The browser records the timing of a page's first 250 requests; its memory grows until then. */
const UPDATES_BEFORE_HEAP = 250;

const COLD_LIMIT_MS = 5000;
const WARM_LIMIT_MS = 2500;
const LONG_TASK_LIMIT_MS = 200;
const HEAP_GROWTH_LIMIT = 0.05;
const SHIFT_LIMIT = 0.05;
const BLOCKED_LIMIT_MS = 200;
const ELEMENTS_LIMIT = 1200;

const ROWS = "[data-view=scores] [data-symbol]";
const WATCHED = "BTCUSDT";
const WATCHED_SCORE = `[data-view=scores] [data-symbol=${WATCHED}] [data-figure$=score]`;

/** @typedef {import("playwright-core").Page} Page */

/** @param {Page} page @returns {Promise<{ firstFigureMs: number | null, longTasksMs: number[] }>} */
const notesOf = (page) => page.evaluate("globalThis.notes");

/** @param {import("playwright-core").BrowserContext} context */
async function slowPage(context) {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOW_CPU });
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", SLOW_NETWORK);
  await page.addInitScript({ path: fileURLToPath(new URL("bench-page/watch-page.js", import.meta.url)) });
  return page;
}

/** @param {Page} page @param {string} url @returns {Promise<number>} ms from the start of the navigation to the first figure */
async function timeToFirstFigure(page, url) {
  await page.goto(url, { waitUntil: "commit" });
  for (;;) {
    const { firstFigureMs } = await notesOf(page);
    if (firstFigureMs !== null) {
      return firstFigureMs;
    }
    await page.waitForTimeout(100);
  }
}

/** @param {number} score @param {number} step */
const movedScore = (score, step) => Math.round((20 + ((score * 7 + step * 13) % 60)) * 100) / 100;

/** @param {readonly number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

await ensureInstalled([BROWSER]);
console.log("Finding out a market, and starting Chromium ...");
const marketState = marketStateOf(await simulatedMarket());
let sequence = 100;
const publication = () => {
  sequence += 1;
  const step = sequence;
  // Every figure of every row changes each time, and the watched score never repeats.
  const changed = withRows(marketState, ({ symbol, score, price, change_24h, turnover_24h, components }) => ({
    score: symbol === WATCHED ? (step % 600) / 10 + 20 : movedScore(score, step),
    price: price * (1 + (step % 50) / 1000),
    change_24h: (change_24h ?? 0) + (step % 7) / 10,
    turnover_24h: (turnover_24h ?? 0) * (1 + (step % 40) / 100),
    reliability: 0.5 + (step % 50) / 100,
    components: { ...components, technical: movedScore(components.technical ?? 50, step) },
  }));
  return { next: publicationOf(changed, { sequence }), watched: ((step % 600) / 10 + 20).toFixed(1) };
};
const server = await startPageServer(publication().next);
const browser = await launchChromium();
// Without a service worker, whose requests would escape the slow network.
const url = `http://${PLAIN_HTTP_HOST}:${server.port}/mobile`;

const coldMs = [];
const warmMs = [];
for (let run = 0; run < RUNS; run += 1) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "en-US" });
  const first = await slowPage(context);
  coldMs.push(await timeToFirstFigure(first, url));
  await first.waitForTimeout(3000);
  await first.close();
  await server.publish(publication().next);
  warmMs.push(await timeToFirstFigure(await slowPage(context), url));
  await context.close();
}

/** @param {Page} page @param {{ next: import("./lib/page-market.mjs").Publication, watched: string }} change */
async function update(page, { next, watched }) {
  await server.publish(next);
  await page.locator(WATCHED_SCORE, { hasText: new RegExp(`^\\s*${watched}\\s*$`) }).waitFor({ timeout: 60_000 });
}

const loads = [];
for (let run = 0; run < RUNS; run += 1) {
  loads.push(await loadOfScores(browser, `${url}#/scores`, ROWS));
}

const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "en-US" });
const slow = await slowPage(context);
await slow.goto(`${url}#/scores`);
await slow.waitForSelector(ROWS);
const rows = await slow.locator(ROWS).count();
await slow.waitForTimeout(2000);
await slow.evaluate("globalThis.notes.longTasksMs.length = 0");
for (let count = 0; count < UPDATES_TIMED; count += 1) {
  await update(slow, publication());
}
const { longTasksMs } = await notesOf(slow);
await slow.close();

const page = await context.newPage();
const devtools = await context.newCDPSession(page);
await page.goto(`${url}#/scores`);
await page.waitForSelector(ROWS);
let before = await heapInUse(devtools);
for (let count = 1; count <= UPDATES_OF_HEAP; count += 1) {
  const { next, watched } = publication();
  // Without the explanations: a list does not ask for them, and they take long to prepare.
  const documents = new Map([...next.documents].filter(([key]) => !key.startsWith("mobile:analysis:")));
  await update(page, { next: { ...next, documents }, watched });
  if (count === UPDATES_BEFORE_HEAP) {
    before = await heapInUse(devtools);
  }
}
const after = await heapInUse(devtools);
await browser.close();
await server.close();

const growth = after.dataBytes / before.dataBytes - 1;
const longest = Math.max(0, ...longTasksMs);
const shift = median(loads.map((load) => load.shift));
const blockedMs = median(loads.map((load) => load.blockedMs));
const elements = median(loads.map((load) => load.elements));
const results = [
  {
    what: `first view, cold (median of ${RUNS})`,
    limit: `${COLD_LIMIT_MS} ms`,
    measured: `${median(coldMs).toFixed(0)} ms`,
    isMet: median(coldMs) <= COLD_LIMIT_MS,
  },
  {
    what: `first view with data, second visit (median of ${RUNS})`,
    limit: `${WARM_LIMIT_MS} ms`,
    measured: `${median(warmMs).toFixed(0)} ms`,
    isMet: median(warmMs) <= WARM_LIMIT_MS,
  },
  {
    what: `scores, layout shift while loading (median of ${RUNS})`,
    limit: `${SHIFT_LIMIT}`,
    measured: shift.toFixed(4),
    isMet: shift < SHIFT_LIMIT,
  },
  {
    what: `scores, blocked time after the first paint (median of ${RUNS})`,
    limit: `${BLOCKED_LIMIT_MS} ms`,
    measured: `${blockedMs.toFixed(0)} ms`,
    isMet: blockedMs < BLOCKED_LIMIT_MS,
  },
  {
    what: "scores, elements of the page",
    limit: `${ELEMENTS_LIMIT}`,
    measured: `${elements}`,
    isMet: elements < ELEMENTS_LIMIT,
  },
  {
    what: `longest task in ${UPDATES_TIMED} updates of ${rows} rows`,
    limit: `${LONG_TASK_LIMIT_MS} ms`,
    measured: longTasksMs.length === 0 ? "none over 50 ms" : `${longest.toFixed(0)} ms`,
    isMet: longest <= LONG_TASK_LIMIT_MS,
  },
  {
    what: `data in the heap from update ${UPDATES_BEFORE_HEAP} to ${UPDATES_OF_HEAP}`,
    limit: `+${HEAP_GROWTH_LIMIT * 100} %`,
    measured: `${megabytes(before.dataBytes)} to ${megabytes(after.dataBytes)} (${(growth * 100).toFixed(1)} %)`,
    isMet: growth <= HEAP_GROWTH_LIMIT,
  },
  {
    what: "code that the engine compiled in the same time",
    limit: "none",
    measured: `${megabytes(before.codeBytes)} to ${megabytes(after.codeBytes)}`,
    isMet: true,
  },
  {
    what: "DOM nodes in the same time",
    limit: "no more",
    measured: `${before.nodes} to ${after.nodes}`,
    isMet: after.nodes <= before.nodes * (1 + HEAP_GROWTH_LIMIT),
  },
];

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

console.log(
  `\nprocessor ${SLOW_CPU} times slower, ${SLOW_NETWORK.latency} ms, ${(SLOW_NETWORK.downloadThroughput * 8) / 1000} kbit/s; the heap without either\n`,
);
console.log("| what | limit | measured |\n|---|---|---|");
for (const { what, limit, measured, isMet } of results) {
  console.log(`| ${what} | ${limit} | ${measured}${isMet ? "" : ": **missed**"} |`);
}
const each = loads.map((load) => `${load.blockedMs.toFixed(0)} ms (shift ${load.shift.toFixed(4)})`);
console.log(`\nblocked: ${each.join(", ")}`);
console.log(`cold: ${coldMs.map(Math.round).join(", ")} ms; warm: ${warmMs.map(Math.round).join(", ")} ms`);
process.exit(results.every(({ isMet }) => isMet) ? 0 : 1);
