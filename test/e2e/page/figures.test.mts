import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { MobileSnapshot, PageSnapshot } from "@pulseboard/snapshot";
import { findFreePort } from "@pulseboard/testing/free-port";
import { hourlyCron } from "@pulseboard/testing/hourly-cron";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PLAIN_HTTP_HOST } from "../../../scripts/lib/chromium.mjs";
import { untilSnapshot } from "../support/ask.mts";
import { drawAllRows, openView, readBadge, VIEWS } from "../support/page-reading.mts";
import { type PageVisit, visit } from "../support/page-visit.mts";
import {
  type Pulseboard,
  ROOT,
  type SimulatorProgram,
  simulated,
  startPulseboard,
  startSimulatorProgram,
} from "../support/program.mts";
import { connectBrowser } from "../support/shared-browser.mts";
import { shownFigures, wrongFigures } from "../support/shown-figures.mts";

const ADMIN_TOKEN = "a-token-of-more-than-32-characters-for-this-test";
/** Enough for every list of the page, and scored soon after the start. */
const SYMBOLS = 20;

let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
let simulator: SimulatorProgram;
let pulseboard: Pulseboard;
let browser: Browser;
let port = 0;
let adminPort = 0;

/** Runs the program on a simulated market, on the same port again after a restart. */
const start = () =>
  startPulseboard({
    ...simulated(simulator.url, folder.path),
    PORT: String(port),
    ADMIN_PORT: String(adminPort),
    ADMIN_TOKEN,
    // Tests ask for a refresh when they need one.
    REFRESH_CRON: hourlyCron(),
    SYMBOL_COUNT: String(SYMBOLS),
  });

const refresh = () =>
  fetch(`http://127.0.0.1:${adminPort}/admin/refresh`, {
    method: "POST",
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
  });

beforeAll(async () => {
  [port, adminPort, folder] = [await findFreePort(), await findFreePort(), await createTemporaryFolder()];
  simulator = await startSimulatorProgram("--seed", "42");
  [pulseboard, browser] = await Promise.all([start(), connectBrowser()]);
  const isWhole = ({ sections }: MobileSnapshot) => sections.scores.received === SYMBOLS;
  // On a busy machine a few symbols may miss the first refresh.
  await untilSnapshot(pulseboard.url, isWhole).catch(async () => {
    await refresh();
    await untilSnapshot(pulseboard.url, isWhole);
  });
});

afterAll(async () => {
  await browser?.close();
  await pulseboard?.stop();
  await simulator?.stop();
  await folder?.remove();
});

async function get<T = unknown>(path: string): Promise<T> {
  return (await (await fetch(pulseboard.url + path)).json()) as T;
}

const words = (names: string, prefix: string) => names.split(" ").map((name) => `${prefix}.${name}`);

/** The least that a view must show. Whatever else it shows is compared as well. */
function requiredFigures(
  view: string,
  { confluence_scores: scores, top_movers: movers }: PageSnapshot,
): readonly string[] {
  const perps = "funding_rate long_pct short_pct basis_pct";
  switch (view) {
    case "market":
      return [
        ...words("market_regime trend_strength market_dispersion avg_market_dispersion btc_price", "market_overview"),
        ...words("btc_volatility btc_daily_volatility btc_dominance eth_dominance", "market_overview"),
        ...words("stablecoin_dominance altcoin_dominance total_volume_24h total_market_cap", "market_overview"),
        ...words("market_cap_change_24h fear_greed_value fear_greed_label altcoin_season", "market_overview"),
        ...words("up down flat", "market_breadth"),
        ...words(perps, "perps"),
      ];
    case "perps":
      return words(
        `${perps} funding_rate_btc funding_zscore ls_entropy open_interest volume_24h contract_count`,
        "perps",
      );
    case "movers":
      return (["gainers", "losers"] as const).flatMap((side) =>
        movers[side].flatMap(({ symbol }) => words("price change_24h volume_24h", `top_movers.${side}.${symbol}`)),
      );
    case "scores":
      return scores.flatMap(({ symbol }) =>
        words("score price change_24h volume_24h reliability", `confluence_scores.${symbol}`),
      );
    case "record":
      // Its values are compared in a test of their own.
      return [];
    default:
      return [
        ...words("overall actionable_insights", "interpretation"),
        ...words("coverage freshness consensus quality", "reliability_factors"),
        ...words("technical volume orderflow orderbook sentiment price_structure", "breakdown").flatMap((component) =>
          words("score weight contribution interpretation", component),
        ),
        ...words("1m 5m 30m 4h", "technical_rating").flatMap((timeframe) => words("label all", timeframe)),
        ...words("1m 5m 30m 4h", "confluence_scores.BTCUSDT.technical_rating").map((timeframe) => `${timeframe}.label`),
      ];
  }
}

/** Figures on the open view that differ from the API's present values, and figures that are missing. */
async function wrongOrMissing(page: Page, view: string): Promise<readonly string[]> {
  const snapshot = await get<PageSnapshot>("/api/snapshot");
  const others = ["confluence-analysis/BTCUSDT", "market-movers"].map((name) => get(`/api/dashboard/${name}`));
  const figures = await shownFigures(page);
  const shown = new Set(figures.map(({ path }) => path));
  const missing = requiredFigures(view, snapshot).filter((path) => !shown.has(path));
  return [
    ...missing.map((path) => `${path} is not there`),
    ...wrongFigures(figures, [snapshot, ...(await Promise.all(others))]),
  ];
}

/** The server's snapshot, once the page shows it: a new one may have come a moment ago. */
async function shownSnapshot(page: Page): Promise<PageSnapshot> {
  for (;;) {
    const snapshot = await get<PageSnapshot>("/api/snapshot");
    const shown = await page.locator("main").getAttribute("data-sequence");
    if (shown === String(snapshot.sequence)) {
      return snapshot;
    }
    await delay(100);
  }
}

/** The badge's age is right to two seconds, at some moment while it is read. */
async function expectTrueAge(page: Page, { generated_at }: PageSnapshot): Promise<void> {
  const ageNowS = () => (Date.now() - Date.parse(generated_at)) / 1000;
  const atLeastS = ageNowS() - 2;
  const { ageS } = await readBadge(page);
  expect(ageS).toBeGreaterThan(atLeastS);
  expect(ageS).toBeLessThan(ageNowS() + 2);
}

/** The code of all views is on the device, so that each view opens without the server. */
async function untilAllCodeIsHere(page: Page, isSecure: boolean): Promise<void> {
  const files = readdirSync(join(ROOT, "apps/mobile/dist/assets")).map((name) => `/mobile/assets/${name}`);
  const missing = async () => {
    const loaded = await page.evaluate<string[]>(
      "performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)",
    );
    return files.filter((file) => !loaded.includes(file));
  };
  await expect.poll(missing).toEqual([]);
  if (isSecure) {
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)");
  }
}

describe.each([
  ["127.0.0.1", true],
  [PLAIN_HTTP_HOST, false],
])("the page at http://%s", (host, isSecure) => {
  let someone: PageVisit;
  let page: Page;

  beforeEach(async () => {
    someone = await visit(browser, `http://${host}:${port}`);
    page = await someone.open();
    await page.locator("[data-view=market]").waitFor();
  });
  afterEach(() => someone.close());

  it("shows the API's figures in every view, without any problem in the console", async () => {
    expect(await page.evaluate("isSecureContext")).toBe(isSecure);
    for (const view of VIEWS.filter(({ name }) => name !== "alerts")) {
      await openView(page, view);
      if (view.name === "scores") {
        await drawAllRows(page);
      }
      // A refresh may happen between the two requests; a real mistake stays.
      await expect.poll(() => wrongOrMissing(page, view.name), { interval: 200 }).toEqual([]);
      // The record is collecting still.
      const isShown = view.name === "record" ? null : (await shownFigures(page)).length > 5;
      expect(isShown, view.name).not.toBe(false);
    }
    expect(someone.problems()).toEqual([]);
  });

  it("lists the API's alerts", async () => {
    await openView(page, { hash: "#/alerts", name: "alerts" });
    const alerts = await get<{ id: string }[]>("/api/dashboard/alerts");
    expect(
      await page.locator("[data-alert]").evaluateAll((shown) => shown.map(({ dataset }) => dataset.alert)),
    ).toEqual(alerts.map(({ id }) => id));
    expect(someone.problems()).toEqual([]);
  });

  it("says that the market is simulated, how old it is, that this is not advice, and which version it is", async () => {
    await expect.poll(() => readBadge(page)).toMatchObject({ state: "fresh", connection: "online" });
    expect((await readBadge(page)).text).toMatch(/simulated/i);
    await expectTrueAge(page, await shownSnapshot(page));
    expect(await page.locator("footer").innerText()).toMatch(/not.*advice/i);
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(await page.locator("footer").innerText()).toContain(`Pulseboard ${version}`);
  });

  if (isSecure) {
    it("can be installed", async () => {
      await page.evaluate("navigator.serviceWorker.ready");
      const devtools = await someone.context.newCDPSession(page);
      const { errors } = await devtools.send("Page.getAppManifest");
      expect(errors).toEqual([]);
      const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
      // Playwright's contexts are incognito.
      expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(["in-incognito"]);
    });
  }

  it("shows a new snapshot when the server announces it", async () => {
    const before = await get<PageSnapshot>("/api/snapshot");
    await refresh();
    let after = before;
    while (after.sequence === before.sequence) {
      await delay(20);
      after = await get("/api/snapshot");
    }
    await page.locator(`main[data-sequence="${after.sequence}"]`).waitFor();
    expect(wrongFigures(await shownFigures(page), [after])).toEqual([]);
    expect(someone.problems()).toEqual([]);
  });

  it("keeps working without the server, shows the true age, and recovers when the server is back", async () => {
    await untilAllCodeIsHere(page, isSecure);
    let snapshot = await get<PageSnapshot>("/api/snapshot");
    const expectOffline = async (shown: Page) => {
      await expect.poll(async () => (await readBadge(shown)).connection).toBe("offline");
      expect((await readBadge(shown)).text).toMatch(/offline/i);
      await expectTrueAge(shown, snapshot);
      expect(wrongFigures(await shownFigures(shown), [snapshot])).toEqual([]);
    };
    await expect
      .poll(async () => {
        snapshot = await get("/api/snapshot");
        return (await page.locator("main").getAttribute("data-sequence")) === String(snapshot.sequence);
      })
      .toBe(true);
    await pulseboard.stop("SIGKILL");

    await expectOffline(page);
    const first = await readBadge(page);
    await expect.poll(async () => (await readBadge(page)).ageS).toBeGreaterThan(first.ageS ?? Number.NaN);
    for (const view of VIEWS) {
      await openView(page, view);
    }

    // On plain http there is no service worker, so a reload fails; opening the page again uses the browser's cache.
    if (isSecure) {
      await page.reload();
    } else {
      page = await someone.open();
    }
    await page.locator("[data-view=market], [data-view=record]").waitFor();
    await openView(page, VIEWS[0]);
    await expectOffline(page);

    pulseboard = await start();
    await expect.poll(async () => (await readBadge(page)).connection).toBe("online");
    const { text } = await readBadge(page);
    expect(text).not.toMatch(/offline/i);
    await expect.poll(() => wrongOrMissing(page, "market")).toEqual([]);
    expect(someone.problems({ serverWasAway: true })).toEqual([]);
  });
});
