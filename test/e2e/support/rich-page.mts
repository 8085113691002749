import { HISTORY_ROUTES, RECORD_KEY } from "@pulseboard/snapshot";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { startPageServer } from "../../../scripts/lib/page-market.mjs";
import { type PageVisit, visit } from "./page-visit.mts";
import { richPublication } from "./rich-market.mts";
import { connectBrowser } from "./shared-browser.mts";
import { sharedMarket } from "./shared-market.mts";

/** A server with something to see on every view, for all tests of a file; the function that it returns visits its page. */
export function useRichPage(): (options?: BrowserContextOptions) => Promise<PageVisit> {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof startPageServer>>;
  beforeAll(async () => {
    const [connected, market] = await Promise.all([connectBrowser(), sharedMarket()]);
    browser = connected;
    server = await startPageServer(richPublication(market, 100));
    const record = HISTORY_ROUTES.find(({ name }) => name === "record")?.example();
    await server.publishSingle({ key: RECORD_KEY, sequence: 42, text: JSON.stringify(record) });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  return (options) => visit(browser, server.url, options);
}
