import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startBrowserServer } from "../scripts/lib/chromium.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the browser of all tests of the page listens: for `chromium.connect`. */
    browserEndpoint: string;
    /** A folder for files that the tests of the page share, such as the market they show. */
    pageFolder: string;
  }
}

/** One browser for all tests of the page; each test has its own context in it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const browser = await startBrowserServer();
  const folder = await mkdtemp(join(tmpdir(), "pulseboard-page-"));
  project.provide("browserEndpoint", browser.wsEndpoint());
  project.provide("pageFolder", folder);
  return async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  };
}
