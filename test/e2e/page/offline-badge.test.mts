import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { marketStateOf, publicationOf, startPageServer } from "../../../scripts/lib/page-market.mjs";
import { readBadge } from "../support/page-reading.mts";
import { visit } from "../support/page-visit.mts";
import { connectBrowser } from "../support/shared-browser.mts";
import { sharedMarket } from "../support/shared-market.mts";

// Young data is green only while the server answers. A period of an hour keeps it young for all of these tests.

let browser: Browser;
let market: ReturnType<typeof marketStateOf>;

beforeAll(async () => {
  const [connected, publication] = await Promise.all([connectBrowser(), sharedMarket()]);
  browser = connected;
  market = marketStateOf(publication);
});
afterAll(() => browser?.close());

async function openPage() {
  const server = await startPageServer(publicationOf(market, { sequence: 100, periodMs: 3_600_000 }));
  onTestFinished(() => server.close());
  const someone = await visit(browser, server.url);
  onTestFinished(() => someone.close());
  const page = await someone.open();
  await expect.poll(() => readBadge(page)).toMatchObject({ state: "fresh", connection: "online" });
  return { server, someone, page };
}

/** The colours of the badge, and those of the design's green. */
const colours = (page: Page) =>
  page.evaluate<{ shown: string[]; green: string[] }>(`(() => {
    const { color, backgroundColor } = getComputedStyle(document.querySelector(".badge-state"));
    const probe = document.createElement("i");
    probe.style.cssText = "color: var(--color-fresh); background: var(--color-fresh-soft)";
    document.body.append(probe);
    const green = [getComputedStyle(probe).color, getComputedStyle(probe).backgroundColor];
    probe.remove();
    return { shown: [color, backgroundColor], green };
  })()`);

async function expectNotGreen(page: Page): Promise<void> {
  const { shown, green } = await colours(page);
  for (const colour of shown) {
    expect(green).not.toContain(colour);
  }
  expect((await readBadge(page)).text).not.toMatch(/live/i);
}

it("is green while the server answers", async () => {
  const { page } = await openPage();
  const { shown, green } = await colours(page);
  expect(shown).toEqual(green);
});

it("is not green once the server is dead, however young the data", async () => {
  const { page, server } = await openPage();
  await server.close();
  await expect.poll(async () => (await readBadge(page)).connection).toBe("offline");
  await expectNotGreen(page);
  expect(await readBadge(page)).toMatchObject({ state: "recent" });
});

it("is not green from the moment the phone says that it is offline, before any request has failed", async () => {
  const { page } = await openPage();
  await page.route("**/api/snapshot", () => {});
  await page.evaluate("dispatchEvent(new Event('offline'))");
  await expect.poll(async () => (await readBadge(page)).connection).toBe("connecting");
  await expectNotGreen(page);
});

it("is not green without a network, and green again when it is back", async () => {
  const { page, someone } = await openPage();
  await someone.context.setOffline(true);
  await expect.poll(async () => (await readBadge(page)).connection).toBe("offline");
  expect(await page.evaluate("navigator.onLine")).toBe(false);
  await expectNotGreen(page);
  await someone.context.setOffline(false);
  await expect.poll(() => readBadge(page)).toMatchObject({ state: "fresh", connection: "online" });
});

it("is never green when the page opens with its copy of young data and the server is dead", async () => {
  const { page, someone, server } = await openPage();
  await page.evaluate("navigator.serviceWorker.ready.then(() => null)");
  await someone.context.addInitScript(`(() => {
    globalThis.states = [];
    new MutationObserver(() => {
      const badge = document.querySelector("[data-badge]");
      badge && globalThis.states.push(badge.dataset.state + " " + badge.dataset.connection);
    }).observe(document, { subtree: true, childList: true, attributes: true });
  })()`);
  await server.close();
  await page.reload();
  await expect.poll(async () => (await readBadge(page)).connection).toBe("offline");
  await expectNotGreen(page);
  expect(new Set(await page.evaluate<string[]>("globalThis.states"))).toEqual(
    new Set(["recent connecting", "recent offline"]),
  );
});

it("is not green while a page that returns to the screen still waits for its first answer", async () => {
  const { page } = await openPage();
  const tell = (hidden: boolean) =>
    page.evaluate(`(() => {
      Object.defineProperty(document, "hidden", { configurable: true, value: ${hidden} });
      document.dispatchEvent(new Event("visibilitychange"));
    })()`);
  await tell(true);
  await page.route("**/api/snapshot", () => {});
  await tell(false);
  await expect.poll(async () => (await readBadge(page)).connection).toBe("connecting");
  await expectNotGreen(page);
});
