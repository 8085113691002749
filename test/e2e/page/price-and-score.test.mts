import {
  type ConfluenceAnalysis,
  HISTORY_SPANS,
  historyKey,
  type PageSnapshot,
  type SymbolHistory,
} from "@pulseboard/snapshot";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from "vitest";
import { formats } from "../../../apps/mobile/src/format/formats.ts";
import { marketStateOf, publicationOf, startPageServer, withRows } from "../../../scripts/lib/page-market.mjs";
import { misfits, violations } from "../support/page-layout.mts";
import { type PageVisit, visit } from "../support/page-visit.mts";
import { richPublication } from "../support/rich-market.mts";
import { connectBrowser } from "../support/shared-browser.mts";
import { sharedMarket } from "../support/shared-market.mts";

const SYMBOL = "BTCUSDT";
const PATH = `/api/history/${SYMBOL}`;

let browser: Browser;
let market: Awaited<ReturnType<typeof sharedMarket>>;
let server: Awaited<ReturnType<typeof startPageServer>>;
let sequence = 100;

beforeAll(async () => {
  [browser, market] = await Promise.all([connectBrowser(), sharedMarket()]);
  server = await startPageServer(richPublication(market, sequence));
  await server.publishSingle({ key: historyKey(SYMBOL), sequence: 1, text: JSON.stringify(history()) });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const stateNow = () => marketStateOf(richPublication(market, 1));
const asOfS = () => Math.floor(stateNow().asOfMs / 1000);

/** A history in waves that end a minute before the market's time; scores begin in the middle of each span, with a gap. */
function history(): SymbolHistory {
  const end = asOfS() - 60;
  const span = ({ points, stepS }: (typeof HISTORY_SPANS)[keyof typeof HISTORY_SPANS]) => {
    const wave = (middle: number, size: number) =>
      Array.from({ length: points }, (_, i) => Number((middle + size * Math.sin(i / 20 + stepS)).toFixed(2)));
    const late = (values: readonly number[]) =>
      values.map((value, i) => (i < points / 2 || i === points - 9 ? null : value));
    return {
      ...{ step_s: stepS, to: Math.floor(end / stepS) * stepS, price: wave(75_000, stepS) },
      ...{ score: late(wave(55, 12)), relative: late(wave(48, 7)) },
    };
  };
  const spans = Object.fromEntries(Object.entries(HISTORY_SPANS).map(([name, of]) => [name, span(of)]));
  return {
    ...{ schema_version: 1, method_version: 2, sequence: 1, origin: "simulator", simulated: true },
    ...{ symbol: SYMBOL, as_of: end, scores_since: end - 3 * 3600, missing: {} },
    spans: spans as unknown as SymbolHistory["spans"],
  };
}

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(server.url + path)).json()) as T;
}

const rowOf = async () => {
  const { confluence_scores } = await get<PageSnapshot>("/api/snapshot");
  return confluence_scores.find(({ symbol }) => symbol === SYMBOL) ?? expect.fail("it is not scored");
};

interface Opened {
  readonly page: Page;
  readonly someone: PageVisit;
}

async function openBreakdown(
  width = 390,
  prepare: (someone: PageVisit) => Promise<unknown> = async () => {},
): Promise<Opened> {
  const someone = await visit(browser, server.url, { viewport: { width, height: 844 } });
  onTestFinished(() => someone.close());
  await prepare(someone);
  const page = await someone.open(`/mobile#/${SYMBOL}`);
  await page.locator('[data-figure="interpretation.overall"]').waitFor();
  await page.locator(".history-chart canvas").nth(1).waitFor();
  return { page, someone };
}

const words = (page: Page, series: string) => page.locator(`[data-series=${series}]`).innerText();
const state = (page: Page) => page.locator(".history-state").innerText();

/** Changes the body of a route before the page gets it. */
const changed =
  <T extends object>(pattern: string, change: (body: T) => void) =>
  (someone: PageVisit) =>
    someone.context.route(pattern, async (route) => {
      const response = await route.fetch();
      const json = await response.json();
      change(json);
      await route.fulfill({ response, json });
    });

it("shows the API's prices and scores over each span, and ends with those of the list", async () => {
  const { page, someone } = await openBreakdown();
  // The server reads it when it is asked for the first time.
  await expect.poll(() => state(page)).toContain("Scores since");
  const { spans, scores_since } = await get<SymbolHistory>(PATH);
  const row = await rowOf();
  for (const name of ["90d", "7d", "24h", "6h"] as const) {
    await page.locator(`.span:has(input[value="${name}"])`).click();
    await expect
      .poll(() => page.locator(".history-chart").first().getAttribute("aria-label"))
      .toContain(`over ${name}`);
    for (const [series, newest, format] of [
      ["price", row.price, formats.price],
      ["score", row.score, formats.score],
      ["relative", row.relative ?? Number.NaN, formats.score],
    ] as const) {
      const all = [...spans[name][series].filter((value) => value !== null), newest];
      const said = await words(page, series);
      expect(said, name).toContain(` ${format(all[0] ?? Number.NaN)} (`);
      expect(said, name).toContain(` to ${format(newest)} (`);
      expect(said, name).toContain(`low ${format(Math.min(...all))}, high ${format(Math.max(...all))}`);
      expect(/with gaps/.test(said), name).toBe(series !== "price");
    }
    const rows = await page.locator(".history-state ~ .rules tbody tr").allTextContents();
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.at(-1)).toContain(`${formats.price(row.price)}${formats.score(row.score)}`);
  }
  expect(await state(page)).toMatch(/^Scores since [A-Z][a-z]+ \d+, \d\d:\d\d\.$/);
  expect(scores_since).not.toBeNull();
  expect(someone.problems()).toEqual([]);
});

it("adds what the snapshots bring, in the charts, the heading and the tab's title", async () => {
  const { page } = await openBreakdown();
  const before = await rowOf();
  expect(await page.title()).toBe(`${formats.price(before.price)} ${SYMBOL} · Pulseboard`);
  sequence += 1;
  const later = { ...stateNow(), asOfMs: stateNow().asOfMs + 30_000 };
  const price = before.price * 1.01;
  await server.publish(
    publicationOf(
      withRows(later, ({ symbol }) => (symbol === SYMBOL ? { price, as_of: asOfS() + 30 } : {})),
      { sequence },
    ),
  );
  await expect.poll(() => page.title()).toBe(`${formats.price(price)} ${SYMBOL} · Pulseboard`);
  await expect.poll(() => words(page, "price")).toContain(`to ${formats.price(price)} (`);
  expect(await page.locator("h1").innerText()).toBe(`${SYMBOL} ${formats.price(price)} USD`);
});

it("says no price in the tab's title once it is old, and its time in the heading", async () => {
  const { page } = await openBreakdown(
    390,
    changed<PageSnapshot>("**/api/snapshot*", (body) => {
      Object.assign(body, { stale: true, data_source: "stale" });
    }),
  );
  expect(await page.title()).toBe(`${SYMBOL} · Pulseboard`);
  expect(await page.locator("h1").innerText()).toMatch(/^BTCUSDT [\d,.]+ USD at \d\d:\d\d$/);
});

it("waits for a history that is still read, and shows it when it is there", async () => {
  let isWarming = true;
  const { page } = await openBreakdown(390, (someone) =>
    someone.context.route(`**${PATH}`, (route) =>
      isWarming
        ? route.fulfill({
            json: { status: "error", error: "history_warming", message: "Try again." },
            headers: { "Retry-After": "2" },
          })
        : route.continue(),
    ),
  );
  await expect.poll(() => state(page)).toMatch(/^The history is still being read\./);
  expect(await words(page, "score")).not.toMatch(/nothing known/);
  isWarming = false;
  await expect.poll(() => state(page), { timeout: 20_000 }).toMatch(/^Scores since/);
});

it("stays whole with a server that keeps no history", async () => {
  const { page } = await openBreakdown(390, (someone) =>
    someone.context.route(`**${PATH}`, (route) => route.fulfill({ status: 404, json: { status: "error" } })),
  );
  await expect.poll(() => state(page)).toMatch(/^The server is older than this page/);
  expect(await words(page, "price")).toContain(formats.price((await rowOf()).price));
});

it("does not mix the scores of another version of the method", async () => {
  const { page } = await openBreakdown(
    390,
    changed<{ method_version: number }>(`**${PATH}`, (body) => {
      body.method_version = 1;
    }),
  );
  await expect.poll(() => state(page)).toMatch(/another version of the method/);
  expect(await words(page, "score")).toMatch(/one point so far/);
  expect(await words(page, "price")).toMatch(/low .*, high /);
});

it("names the nearest levels of the analysis in USD", async () => {
  const { page } = await openBreakdown();
  const { breakdown, price } = await get<ConfluenceAnalysis>(`/api/dashboard/confluence-analysis/${SYMBOL}`);
  const readings = Object.values(breakdown.price_structure.rules.support_resistance?.timeframes ?? {});
  for (const side of ["support", "resistance"]) {
    const all = readings.flatMap(({ figures }) =>
      figures.filter(({ name }) => name === side).map(({ value }) => value),
    );
    const [nearest] = all.sort((a, b) => Math.abs(a - price) - Math.abs(b - price));
    const shown = await page
      .locator(`.history-words ~ .figures [data-figure$="${nearest === undefined ? ".signal" : `.${side}.value`}"]`)
      .first()
      .innerText();
    expect(shown).toContain(nearest === undefined ? "unknown" : formats.price(nearest));
  }
});

it("links a contract of the exchange to its pages elsewhere, and a simulated one to none", async () => {
  const simulated = await openBreakdown();
  expect(await simulated.page.locator(".outside-link").count()).toBe(0);
  expect(await simulated.page.locator(".outside-links").innerText()).toMatch(/simulated/i);
  const { page } = await openBreakdown(
    390,
    changed<object>("**/api/{snapshot,dashboard/**}", (body) => {
      Object.assign(body, { origin: "bybit", simulated: false });
    }),
  );
  const links = await page
    .locator(".outside-link")
    .evaluateAll((all) => all.map((link) => ["href", "target", "rel"].map((name) => link.getAttribute(name))));
  expect(links).toEqual([
    [`https://www.bybit.com/trade/usdt/${SYMBOL}`, "_blank", "noopener noreferrer"],
    [`https://www.tradingview.com/chart/?symbol=BYBIT:${SYMBOL}.P`, "_blank", "noopener noreferrer"],
  ]);
});

it.each(inject("thorough") ? [320, 390] : [320])(
  "each figure's ? says its formula without moving anything, by keyboard, at %d px",
  async (width) => {
    const { page, someone } = await openBreakdown(width);
    const button = page.locator(".formula-hint[aria-label^=Reliability]").first();
    const row = page.locator(".rating-row");
    const [before, target] = [await row.boundingBox(), await button.boundingBox()];
    const { x, y, width: w, height } = target ?? expect.fail("it is not painted");
    // A finger's target of 44 px, whatever is painted.
    const hits = await page.evaluate(
      `[[-21, 0], [21, 0], [0, -21], [0, 21]].map(([dx, dy]) => document.elementFromPoint(${x + w / 2} + dx, ${y + height / 2} + dy)?.closest("button") !== null)`,
    );
    expect(hits).toEqual([true, true, true, true]);
    // The variance is that of all rules: two of one component that contradict each other count as well.
    expect(await page.locator("main").innerText()).toContain("how far its rules agree");
    await button.focus();
    await page.keyboard.press("Enter");
    const panel = page.getByRole("dialog", { name: "Reliability" });
    await expect.poll(() => panel.innerText()).toContain("Coverage × freshness × consensus × quality");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Close");
    expect(await row.boundingBox()).toEqual(before);
    const box = (await panel.boundingBox()) ?? expect.fail("it is not painted");
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toMatch(/^Reliability/);
    // Another press, elsewhere, closes it as well.
    await button.click();
    await page.locator("h1").click();
    await panel.waitFor({ state: "detached" });

    const withoutHint =
      await page.evaluate(`[...document.querySelectorAll("main dt, main .rule:not(.rule .rule), .component-title, .card-title")]
    .filter((term) => term.closest(".rule-numbers, .rating-row, .rule-details") === null && !/^(In words|Against)/.test(term.textContent))
    .filter((term) => term.querySelector(".formula-hint") === null).map((term) => term.textContent.slice(0, 40))`);
    expect(withoutHint).toEqual([]);
    expect(someone.problems()).toEqual([]);
  },
);

it.each(inject("thorough") ? [320, 390] : [320])(
  "fits and is accessible at %d px, with the span chosen by keyboard",
  async (width) => {
    const { page } = await openBreakdown(width);
    await page.locator(".span input:checked").focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.locator(".history-chart").first().getAttribute("aria-label")).toContain("over 7d");
    expect((await misfits(page, true)).filter((misfit) => misfit !== 0)).toEqual([]);
    expect(await violations(page)).toEqual([]);
  },
);
