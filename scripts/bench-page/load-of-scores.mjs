// Loads the list of scores on the phone and the connection of Lighthouse's mobile audit.
import { blockedTime } from "./blocked-time.mjs";

const PHONE = {
  viewport: { width: 412, height: 823 },
  deviceScaleFactor: 1.75,
  isMobile: true,
  hasTouch: true,
  locale: "en-US",
};
const SLOW_CPU = 4;
/** latency in ms, throughput in bytes per second: 1.6 Mbit/s down, 750 kbit/s up. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
/** After the rows are there, everything else that the page loads when it is idle. */
const AT_REST_MS = 5000;

const WATCH_SHIFTS = `globalThis.shift = 0;
new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) globalThis.shift += value;
}).observe({ type: "layout-shift", buffered: true });`;

/**
 * @param {import("playwright-core").Browser} browser @param {string} url @param {string} rows selector
 * @returns {Promise<{ shift: number, blockedMs: number, elements: number }>} layout shift, blocked time and elements of a first visit
 */
export async function loadOfScores(browser, url, rows) {
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOW_CPU });
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", SLOW_4G);
  await page.addInitScript(WATCH_SHIFTS);
  const blockedMs = await blockedTime(browser, page, async () => {
    await page.goto(url);
    await page.waitForSelector(rows);
    await page.waitForTimeout(AT_REST_MS);
  });
  const shift = await page.evaluate("globalThis.shift");
  const elements = await page.evaluate("document.querySelectorAll('*').length");
  await context.close();
  return { shift, blockedMs, elements };
}
