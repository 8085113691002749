// Tests, benchmarks and screenshots of the page use this machine's Chromium.
import { chromium } from "playwright-core";
import { BROWSER, findProgram } from "./ensure-installed.mjs";

/** A name of this machine that, unlike 127.0.0.1, is not a secure context, just like http://VPS:8002 on a phone. */
export const PLAIN_HTTP_HOST = "dashboard.test";

function launchOptions() {
  const executablePath = findProgram(BROWSER.program);
  if (executablePath === null) {
    throw new Error("chromium is not on the PATH: npm test installs it");
  }
  return { executablePath, args: [`--host-resolver-rules=MAP ${PLAIN_HTTP_HOST} 127.0.0.1`] };
}

/** @returns {Promise<import("playwright-core").Browser>} a browser without a window; the caller closes it */
export async function launchChromium() {
  return chromium.launch(launchOptions());
}

/** @returns {Promise<import("playwright-core").BrowserServer>} the same for several processes, each of which connects to it */
export async function startBrowserServer() {
  return chromium.launchServer(launchOptions());
}
