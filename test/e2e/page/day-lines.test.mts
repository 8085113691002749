import type { PageSnapshot } from "@pulseboard/snapshot";
import type { Page, Route } from "playwright-core";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { formats } from "../../../apps/mobile/src/format/formats.ts";
import { violations } from "../support/page-layout.mts";
import { drawAllRows } from "../support/page-reading.mts";
import type { PageVisit } from "../support/page-visit.mts";
import { useRichPage } from "../support/rich-page.mts";
import { shownFigures, wrongFigures } from "../support/shown-figures.mts";

// The list's lines of 24 h, and the figures against Bitcoin that it can be sorted by.

interface Days {
  readonly as_of: number;
  readonly symbols: Record<string, { price_day: (number | null)[] }>;
}
type Row = PageSnapshot["confluence_scores"][number];

const visitRichPage = useRichPage();

/** @param days - Answers for the server. */
async function openList(days?: (route: Route) => Promise<void>): Promise<{ page: Page; someone: PageVisit }> {
  const someone = await visitRichPage();
  onTestFinished(() => someone.close());
  if (days !== undefined) {
    await someone.context.route("**/api/days", days);
  }
  const page = await someone.open("/mobile#/scores");
  await rowsOf(page).first().waitFor();
  return { page, someone };
}

const rowsOf = (page: Page) => page.locator("[data-view=scores] [data-symbol]");
const symbolsOf = (page: Page) => rowsOf(page).evaluateAll((all) => all.map(({ dataset }) => dataset.symbol ?? ""));
const get = <T,>(page: Page, path: string) => page.evaluate<T>(`fetch(${JSON.stringify(path)}).then((r) => r.json())`);

/** What a line says to a screen reader, computed from the API's values. */
function expectedWords({ price, change_24h, as_of }: Row, closes: readonly (number | null)[], asOfS: number): string {
  const known = closes
    .map((close, index) => ({ close, at: asOfS - 1800 * (47 - index) }))
    .filter(({ close, at }) => close !== null && at >= as_of - 86_400 && at < as_of)
    .map(({ close }) => close ?? Number.NaN);
  const all = [...known, price];
  const [first = Number.NaN] = all;
  const isUp = (change_24h ?? 0) >= 0.005 && price > first;
  const isDown = (change_24h ?? 0) <= -0.005 && price < first;
  const direction = (isUp && ", up") || (isDown && ", down") || "";
  const [from, to, low, high] = [first, price, Math.min(...all), Math.max(...all)].map(formats.price);
  const gaps = closes.includes(null) ? ", with gaps" : "";
  return `price by half hours${direction}: from ${from} to ${to} in 24 h, lowest ${low}, highest ${high}${gaps}`;
}

describe("the line of 24 h", () => {
  it("is the price of the API's half hours and the row's own, with its gaps, in each row", async () => {
    const { page, someone } = await openList(async (route) => {
      const response = await route.fetch();
      const json: Days = await response.json();
      for (const [place, { price_day }] of Object.values(json.symbols).entries()) {
        price_day.fill(null, 20, 20 + (place % 3));
      }
      await route.fulfill({ response, json });
    });
    await drawAllRows(page);
    const [{ as_of, symbols }, snapshot] = [
      await get<Days>(page, "./api/days"),
      await get<PageSnapshot>(page, "./api/snapshot"),
    ];
    const lines = await rowsOf(page).evaluateAll((all) =>
      all.map((row) => ({
        symbol: row.dataset.symbol ?? "",
        words: row.querySelector(".sparkline")?.getAttribute("aria-label"),
        points: (row.querySelector(".sparkline-line")?.getAttribute("d")?.match(/[ML]/g) ?? []).join(""),
        colour: row.querySelector(".sparkline-line")?.classList.item(1),
        change: row.querySelector("[data-figure=change_24h]")?.parentElement?.classList.item(1),
      })),
    );
    expect(lines).toHaveLength(50);
    for (const { symbol, words, points, colour, change } of lines) {
      const row = snapshot.confluence_scores.find((score) => score.symbol === symbol);
      const closes = symbols[symbol]?.price_day ?? [];
      expect(row && words, symbol).toBe(row && expectedWords(row, closes, as_of));
      const gap = closes.filter((close) => close === null).length;
      // The first close is 23 h 45 min old; the row's own price comes last.
      expect(points, symbol).toBe(gap === 0 ? `M${"L".repeat(48)}` : `M${"L".repeat(19)}M${"L".repeat(28 - gap)}`);
      expect(["none", change], symbol).toContain(colour);
    }
    expect(new Set(lines.map(({ colour }) => colour)).size).toBeGreaterThan(1);
    expect(someone.problems()).toEqual([]);
  });

  it("is asked for once, also after a look at a breakdown", async () => {
    const { page, someone } = await openList();
    await page.locator(".sparkline-line").first().waitFor();
    await page.evaluate("location.hash = '#/BTCUSDT'");
    await page.locator("[data-view=breakdown]").waitFor();
    await page.evaluate("location.hash = '#/scores'");
    await page.locator(".sparkline-line").first().waitFor();
    expect(someone.requests().filter((address) => address.endsWith("/api/days"))).toHaveLength(1);
  });

  it("is missing with its reason where the server is older, and everything else is there", async () => {
    const { page } = await openList((route) => route.fulfill({ status: 404, json: { detail: "Not Found" } }));
    const height = () =>
      rowsOf(page)
        .first()
        .evaluate((row) => row.getBoundingClientRect().height);
    const before = await height();
    const unknown = rowsOf(page).first().locator(".score-row-history summary");
    await unknown.waitFor();
    expect(await height()).toBe(before);
    expect(await page.locator(".sparkline-line").count()).toBe(0);
    await unknown.click();
    expect(await rowsOf(page).first().locator(".score-row-history").innerText()).toMatch(/server is older/);
    expect(await violations(page)).toEqual([]);
    expect(wrongFigures(await shownFigures(page), [await get(page, "./api/snapshot")])).toEqual([]);
  });

  it("comes when the server has read the histories, and from the copy on the device without a server", async () => {
    let answers = 0;
    const { page, someone } = await openList(async (route) => {
      answers += 1;
      if (answers > 1) {
        await route.continue();
      } else {
        const json = { status: "error", error: "history_warming", message: "The history is still being read." };
        await route.fulfill({ json, headers: { "Retry-After": "2" } });
      }
    });
    await page.locator(".score-row-history summary").first().waitFor();
    const firstWords = () => page.locator(".sparkline").first().getAttribute("aria-label");
    await page.locator(".sparkline-line").first().waitFor();
    expect(answers).toBe(2);
    const words = await firstWords();
    await someone.context.unroute("**/api/days");
    await someone.context.route("**/api/**", (route) => route.abort());
    await page.reload();
    await page.locator(".sparkline-line").first().waitFor();
    expect(await firstWords()).toBe(words);
  });
});

const UNKNOWN = ["BTCUSDT", "ETHUSDT"];

/** Has two symbols without the figures against Bitcoin, and returns the snapshot that was sent last. */
async function withoutFigures({ context }: PageVisit): Promise<() => PageSnapshot> {
  let sent: PageSnapshot | undefined;
  await context.route("**/api/snapshot*", async (route) => {
    const response = await route.fetch();
    const json: PageSnapshot = await response.json();
    const lost = { own_move_24h: null, beta_btc: null, correlation_btc: null, relative: null };
    const rows = json.confluence_scores.map((row) => (UNKNOWN.includes(row.symbol) ? { ...row, ...lost } : row));
    const reasons = UNKNOWN.flatMap((symbol) =>
      Object.keys(lost).map((field) => [`confluence_scores.${symbol}.${field}`, "too_short"] as const),
    );
    sent = { ...json, confluence_scores: rows, missing: { ...json.missing, ...Object.fromEntries(reasons) } };
    await route.fulfill({ response, json: sent });
  });
  return () => sent ?? expect.fail("the page has not asked for the snapshot");
}

const SORTS = [
  ["Own move, 24 h", "own_move_24h"],
  ["Beta to BTC", "beta_btc"],
  ["Correlation, BTC", "correlation_btc"],
  ["Relative score", "relative"],
] as const;

it.each(inject("thorough") ? [320, 390, 1200] : [320])(
  "sorted, each row shows the figure, and unknown ones come last, at %d px",
  async (width) => {
    const someone = await visitRichPage({ viewport: { width, height: 800 } });
    onTestFinished(() => someone.close());
    const shown = await withoutFigures(someone);
    const page = await someone.open("/mobile#/scores");
    await page.locator(".sparkline-line").first().waitFor();
    const heights = () =>
      rowsOf(page).evaluateAll((all) => [...new Set(all.map((row) => Math.round(row.getBoundingClientRect().height)))]);
    await drawAllRows(page);
    const before = await heights();
    for (const [title, field] of SORTS) {
      await page.getByRole("combobox", { name: "Sort by" }).selectOption(title);
      const known = shown()
        .confluence_scores.filter((row) => row[field] !== null)
        .map((row) => [row.symbol, row[field] ?? Number.NaN] as const);
      // Equal ones by name, in either order.
      const sorted = (sign: number) =>
        known.toSorted(([a, x], [b, y]) => sign * (x - y) || (a < b ? -1 : 1)).map(([symbol]) => symbol);
      expect(await symbolsOf(page), title).toEqual([...sorted(-1), ...UNKNOWN]);
      const figures = (await shownFigures(page)).filter(({ path }) => path.endsWith(`.${field}`));
      expect(figures.length, title).toBe(50);
      expect(wrongFigures(figures, [shown()]), title).toEqual([]);
      expect(await heights(), title).toEqual(before);
      await page.getByRole("button", { name: /^Order/ }).click();
      expect(await symbolsOf(page), title).toEqual([...sorted(1), ...UNKNOWN]);
    }
    const last = rowsOf(page).last();
    await last.locator("[data-figure=relative] summary").click();
    expect(await last.innerText()).toMatch(/not enough for this figure yet/);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(await violations(page)).toEqual([]);
    expect(someone.problems()).toEqual([]);
  },
);

it.each([
  ["SOLUSDT", "dark"],
  ["ETHUSDT", "light"],
] as const)(
  "the breakdown of %s has the figures against Bitcoin, or their reasons, at 320 px",
  async (symbol, theme) => {
    const someone = await visitRichPage({ viewport: { width: 320, height: 700 }, colorScheme: theme });
    onTestFinished(() => someone.close());
    const shown = await withoutFigures(someone);
    const page = await someone.open(`/mobile#/${symbol}`);
    const section = page.locator("[data-section=market-relation]");
    await section.waitFor();
    const paths = ["beta_btc", "correlation_btc", "own_move_24h", "relative"].map(
      (field) => `confluence_scores.${symbol}.${field}`,
    );
    const figures = (await shownFigures(page)).filter(({ path }) => paths.includes(path));
    expect(figures.map(({ path }) => path)).toEqual(paths);
    expect(wrongFigures(figures, [shown()])).toEqual([]);
    if (UNKNOWN.includes(symbol)) {
      await section.locator("summary").first().click();
      expect(await section.innerText()).toMatch(/not enough for this figure yet/);
    } else {
      expect(await section.innerText()).toMatch(
        /it (rose|fell) [\d.]+% where Bitcoin rose 1%[\s\S]*made from \d+ hourly/,
      );
    }
    await section.getByRole("button", { name: "Beta to Bitcoin: how is it computed?" }).press("Enter");
    expect(await page.getByRole("dialog").innerText()).toMatch(/covariance/);
    await page.keyboard.press("Escape");
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(await violations(page)).toEqual([]);
    expect(someone.problems()).toEqual([]);
  },
);
