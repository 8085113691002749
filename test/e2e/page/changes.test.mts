import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import {
  marketStateOf,
  publicationOf,
  startPageServer,
  withRows,
  withScores,
} from "../../../scripts/lib/page-market.mjs";
import { drawAllRows, openView, VIEWS } from "../support/page-reading.mts";
import { type PageVisit, visit } from "../support/page-visit.mts";
import { connectBrowser } from "../support/shared-browser.mts";
import { sharedMarket } from "../support/shared-market.mts";

type Market = ReturnType<typeof marketStateOf>;

let browser: Browser;
let market: Market;
let server: Awaited<ReturnType<typeof startPageServer>>;
let someone: PageVisit;
let page: Page;
let sequence = 100;

// One page that stays open, as on a phone, with a clock that can be wound forward.
beforeAll(async () => {
  const [connected, publication] = await Promise.all([connectBrowser(), sharedMarket()]);
  browser = connected;
  market = marketStateOf(publication);
  server = await startPageServer(publicationOf(market, { sequence }));
  someone = await visit(browser, server.url);
  await someone.context.clock.install();
  page = await someone.open();
  await page.locator("[data-view=market]").waitFor();
  await page.evaluate(`(() => {
    const shifts = [];
    const collect = (entries) => {
      for (const { value, sources } of entries) {
        shifts.push(value + " " + sources.map(({ node }) => node?.outerHTML ?? node?.parentElement?.outerHTML).join(" | "));
      }
    };
    const observer = new PerformanceObserver((list) => collect(list.getEntries()));
    observer.observe({ type: "layout-shift" });
    globalThis.takeShifts = () => { collect(observer.takeRecords()); return shifts.splice(0); };
  })()`);
});
afterEach(() => {
  expect(someone.problems()).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens a view on the generated market, at rest: from then on only a new snapshot moves or highlights anything. */
async function openAtRest(view: (typeof VIEWS)[number]): Promise<void> {
  await openView(page, PERPS);
  await publish(market);
  await openView(page, view);
  await page.clock.runFor(HIGHLIGHT_MS);
  await shifts();
}

/** Publishes a market and waits until the page shows it. */
async function publish(next: Market): Promise<void> {
  sequence += 1;
  await server.publish(publicationOf(next, { sequence }));
  await page.locator(`main[data-sequence="${sequence}"]`).waitFor();
}

/** How much of the screen has moved since the last call, and which elements, once the page is painted. */
const shifts = () =>
  page.evaluate<string[]>(
    "new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))).then(takeShifts)",
  );

const marks = () => page.evaluate<number>("document.querySelectorAll('[data-figure] [data-changed]').length");

/** Longer than a highlight lasts. */
const HIGHLIGHT_MS = 3000;

const [MARKET, SCORES, BREAKDOWN, MOVERS, PERPS] = VIEWS;

it("a changed figure is highlighted for a moment, and nothing moves", async () => {
  await openAtRest(MARKET);
  const { overview } = market.overview.value;
  const moved = { ...overview, btc_price: (overview.btc_price ?? 0) * 1.017, trend_strength: 71.3 };
  const value = { ...market.overview.value, overview: moved };
  expect(await marks()).toBe(0);
  await publish({ ...market, overview: { ...market.overview, value } });
  expect(await marks()).toBeGreaterThan(0);
  // With and without reduced motion.
  expect(await page.evaluate("document.getAnimations().length")).toBe(0);
  await page.clock.runFor(HIGHLIGHT_MS);
  expect(await marks()).toBe(0);
  expect(await shifts()).toEqual([]);
});

it("in a list, exactly the changed figures of a row are highlighted", async () => {
  await openAtRest(SCORES);
  const marked = (symbol: string) =>
    page.evaluate<string[]>(
      `[...document.querySelectorAll("[data-view=scores] [data-symbol='${symbol}'] [data-changed]")].map((mark) => mark.parentElement.dataset.figure ?? mark.parentElement.className)`,
    );
  const [changing, other] = await page.evaluate<[string, string]>(
    "[...document.querySelectorAll('[data-view=scores] [data-symbol]')].slice(0, 2).map(({ dataset }) => dataset.symbol)",
  );
  const change = (step: number) =>
    withRows(market, ({ symbol, score, price, turnover_24h, components }) =>
      symbol === changing
        ? {
            score: score > 50 ? score - step : score + step,
            price: price * (1 + step / 10),
            change_24h: 12.3 + step,
            turnover_24h: (turnover_24h ?? 1) * (1 + step),
            reliability: 0.123 + step / 10,
            // Far from the generated market's value, because bars are only as precise as the eye.
            components: { ...components, technical: (components.technical ?? 0) > 50 === (step === 1) ? 12.5 : 87.5 },
          }
        : {},
    );
  // Twice: the second highlight must appear although the first was removed.
  for (const step of [1, 2]) {
    expect(await marked(changing)).toEqual([]);
    await publish(change(step));
    expect((await marked(changing)).toSorted()).toEqual(
      ["change_24h", "price", "reliability", "score", "score-row-bars", "volume_24h"].toSorted(),
    );
    expect(await marked(other)).toEqual([]);
    await page.clock.runFor(HIGHLIGHT_MS);
    expect(await marks()).toBe(0);
  }
});

it("each highlight ends in its own time, also when snapshots come faster than highlights end", async () => {
  await openAtRest(SCORES);
  const changed = withRows(market, ({ price }) => ({ price: price * 1.1 }));
  await publish(changed);
  expect(await marks()).toBeGreaterThan(0);
  for (let round = 0; round < 3; round += 1) {
    await page.clock.runFor(1200);
    await publish(changed);
  }
  expect(await marks()).toBe(0);
});

it("figures of an explanation that arrives late are highlighted for a moment too", async () => {
  await openAtRest(BREAKDOWN);
  await page.locator('[data-figure="interpretation.overall"]').waitFor();
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/confluence-analysis/**", async (route) => {
    await released;
    const response = await route.fetch();
    const analysis = await response.json();
    analysis.breakdown.technical.score = analysis.breakdown.technical.score > 50 ? 12.3 : 87.6;
    await route.fulfill({ response, json: analysis });
  });
  await publish(market);
  await page.clock.runFor(HIGHLIGHT_MS);
  expect(await marks()).toBe(0);
  release();
  await expect.poll(() => marks()).toBeGreaterThan(0);
  await page.clock.runFor(HIGHLIGHT_MS);
  expect(await marks()).toBe(0);
  await page.unrouteAll({ behavior: "wait" });
});

it("a figure with another digit moves no other figure in a row of scores", async () => {
  await openAtRest(SCORES);
  const withChange = (change_24h: number, turnover_24h: number) =>
    withRows(market, () => ({ change_24h, turnover_24h }));
  await publish(withChange(1.23, 1_230_000));
  await shifts();
  await publish(withChange(12.34, 123_000_000));
  expect(await shifts()).toEqual([]);
});

it("a figure with another digit moves no column of the movers", async () => {
  await openAtRest(MOVERS);
  const columns = () =>
    page.evaluate<number[]>(
      "[...document.querySelectorAll('[data-view=movers] thead th')].map((title) => title.getBoundingClientRect().right)",
    );
  const withChange = (times: number) => {
    const { gainers, losers } = market.movers.value;
    const scaled = (movers: typeof gainers) =>
      movers.map((mover) => ({
        ...mover,
        change_24h: Math.round(mover.change_24h * times * 100) / 100,
        volume_24h: mover.volume_24h * times,
      }));
    return { ...market, movers: { ...market.movers, value: { gainers: scaled(gainers), losers: scaled(losers) } } };
  };
  await publish(withChange(0.1));
  const before = await columns();
  expect(before.length).toBeGreaterThan(4);
  await publish(withChange(1));
  expect(await columns()).toEqual(before);
});

it("a row keeps its place in the list of scores until the reader sorts again or returns", async () => {
  await openAtRest(SCORES);
  let turn = 0;
  const publishOtherOrder = async () => {
    turn += 1;
    const symbols = [...market.scores.value.keys()];
    const scoreOf = (symbol: string) => 51 + ((symbols.indexOf(symbol) * 7 + turn * 13) % symbols.length) / 2;
    await publish(withScores(market, scoreOf));
  };
  const rows = () =>
    page.evaluate<
      { symbol: string; score: number }[]
    >(`[...document.querySelectorAll("[data-view=scores] [data-symbol]")]
      .map((row) => ({ symbol: row.dataset.symbol, score: Number(row.querySelector("[data-figure=score]").textContent) }))`);
  const again = page.getByRole("button", { name: "Sort again" });
  const scores = async () => (await rows()).map(({ score }) => score);
  const symbols = async () => (await rows()).map(({ symbol }) => symbol);
  const falling = (numbers: readonly number[]) => numbers.toSorted((a, b) => b - a);

  await drawAllRows(page);
  await shifts();
  const before = await symbols();
  await publishOtherOrder();
  expect(await symbols()).toEqual(before);
  expect(await shifts()).toEqual([]);
  expect(await scores()).not.toEqual(falling(await scores()));
  await again.click();
  expect(await scores()).toEqual(falling(await scores()));
  expect(await again.count()).toBe(0);
  expect(await page.evaluate("document.activeElement.className")).toBe("score-list");

  await page.evaluate(`(() => {
    const tell = (hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    };
    tell(true);
    tell(false);
  })()`);
  await publishOtherOrder();
  expect(await scores()).toEqual(falling(await scores()));
});
