import { type Browser, chromium } from "playwright-core";
import { inject } from "vitest";

/** The browser that all tests of the page share. Closing it ends this connection and its contexts, not the browser. */
export function connectBrowser(): Promise<Browser> {
  return chromium.connect(inject("browserEndpoint"));
}
