import type { TestProject } from "vitest/node";
import { startBrowserServer } from "../scripts/lib/chromium.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the browser of all tests of the page listens: for `chromium.connect`. */
    browserEndpoint: string;
  }
}

/** One browser for all tests of the page; each visit has a context of its own in it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const browser = await startBrowserServer();
  project.provide("browserEndpoint", browser.wsEndpoint());
  return () => browser.close();
}
