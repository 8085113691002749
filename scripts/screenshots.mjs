// `npm run screenshots`: writes a picture of each view of the phone page, light and dark, to docs/pictures/, as the demo shows it once
// every symbol is scored.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { launchChromium } from "./lib/chromium.mjs";
import { BROWSER, ensureInstalled } from "./lib/ensure-installed.mjs";
import { PROGRAM } from "./lib/program.mjs";

const SYMBOLS = 50;
const SCORED_WITHIN_MS = 120_000;
const VIEWPORT = { width: 390, height: 844 };
const VIEWS = [
  { name: "market", hash: "#/" },
  { name: "scores", hash: "#/scores" },
  { name: "breakdown", hash: "#/ETHUSDT" },
  { name: "movers", hash: "#/movers" },
  { name: "perps", hash: "#/perps" },
  { name: "alerts", hash: "#/alerts" },
  { name: "record", hash: "#/record" },
];

const pictures = fileURLToPath(new URL("../docs/pictures", import.meta.url));

const ADDRESS = /answers at (http:\/\/127\.0\.0\.1:\d+)\/mobile/;

/** @returns {Promise<{ url: string, stop: () => Promise<void> }>} once it answers */
async function startDemo() {
  const folder = mkdtempSync(join(tmpdir(), "pulseboard-pictures-"));
  const env = { ...process.env, PORT: "0", ADMIN_PORT: "0", HOST: "127.0.0.1", DATA_DIR: folder };
  const demo = spawn(process.execPath, [PROGRAM, "demo"], { env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => demo.once("close", resolve));
  const stop = async () => {
    demo.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: demo.stdout })) {
    const url = ADDRESS.exec(line)?.[1];
    if (url !== undefined) {
      // What it writes from now on is not of interest, and must not fill the pipe.
      demo.stdout.resume();
      return { url, stop };
    }
  }
  await stop();
  throw new Error("the demo ended before it answered");
}

/** @param {string} url */
async function untilScored(url) {
  for (const deadline = performance.now() + SCORED_WITHIN_MS; performance.now() < deadline; await delay(500)) {
    const read = (/** @type {string} */ path) => fetch(`${url}${path}`).then((response) => response.json());
    const [rows, days] = await Promise.all([read("/api/dashboard/symbols"), read("/api/days")]);
    if (Object(rows).symbols?.length === SYMBOLS && Object(days).as_of !== undefined) {
      return;
    }
  }
  throw new Error(`the demo did not score ${SYMBOLS} symbols within ${SCORED_WITHIN_MS} ms`);
}

await ensureInstalled([BROWSER]);
const demo = await startDemo();
const browser = await launchChromium();
try {
  await untilScored(demo.url);
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
      await page.goto(`${demo.url}/mobile${hash}`);
      await page.locator(`[data-view=${name}]`).waitFor();
      await page.waitForLoadState("networkidle");
      // By then the chart is drawn.
      await page.waitForTimeout(500);
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
    }
    await context.close();
  }
} finally {
  await browser.close();
  await demo.stop();
}
console.log(`${2 * VIEWS.length} pictures in docs/pictures/`);
