import type { Page } from "playwright-core";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { useRichPage } from "../support/rich-page.mts";

// The list of fifty scores is drawn where the reader is: what lies far below is text until then.

const visitRichPage = useRichPage();
let page: Page;
beforeEach(async () => {
  const someone = await visitRichPage();
  onTestFinished(async () => {
    expect(someone.problems()).toEqual([]);
    await someone.close();
  });
  page = await someone.open("/mobile#/scores");
  await page.locator("[data-view=scores] [data-symbol]").first().waitFor();
});

const rows = () => page.locator("[data-view=scores] [data-symbol]");
const undrawn = () => page.locator(".score-row-words");

/** Symbols of the rows that are on the screen, but not drawn. */
const missingOnScreen = () =>
  page.evaluate<string[]>(`[...document.querySelectorAll("[data-view=scores] [data-symbol]")]
    .filter((row) => row.getBoundingClientRect().bottom > 0 && row.getBoundingClientRect().top < innerHeight)
    .filter((row) => row.querySelector("[data-figure=price]") === null)
    .map(({ dataset }) => dataset.symbol)`);

it("has all rows, but draws only those near the screen", async () => {
  expect(await rows().count()).toBe(50);
  expect(await page.evaluate("document.querySelectorAll('*').length")).toBeLessThan(1200);
  expect(await undrawn().count()).toBeGreaterThan(20);
  await expect.poll(missingOnScreen).toEqual([]);
});

it("draws rows as they come near, in the height that was reserved for them", async () => {
  const height = () => page.evaluate<number>("document.querySelector('.score-list').getBoundingClientRect().height");
  const before = await height();
  for (const share of [0.3, 0.6, 1]) {
    await page.evaluate(`scrollTo(0, document.scrollingElement.scrollHeight * ${share})`);
    await expect.poll(missingOnScreen).toEqual([]);
  }
  for (const row of await rows().all()) {
    await row.scrollIntoViewIfNeeded();
  }
  await expect.poll(() => undrawn().count()).toBe(0);
  expect(Math.abs((await height()) / before - 1)).toBeLessThan(0.01);
});

it("a search in the page and a screen reader find the figures of rows that are not drawn", async () => {
  const last = rows().last();
  const symbol = (await last.getAttribute("data-symbol")) ?? "";
  const words = (await last.locator(".score-row-words").textContent()) ?? "";
  expect(words).toMatch(
    /^Score \d+\.\d ((pushing|leaning) (up|down)|balanced)(, now \d+\.\d)?(, [-+][\d.]+% in 5 min)?, price [\d,.]+, 24 h change [-+]?[\d.]+%, 24 h volume \$[\d.]+[KMBT]?, reliability \d+%$/,
  );
  const aria = await last.ariaSnapshot();
  for (const heard of [words, `Favourite: ${symbol}`, symbol]) {
    expect(aria).toContain(heard);
  }
  const price = /price ([\d,.]+),/.exec(words)?.[1] ?? "";
  expect(await page.evaluate(`find(${JSON.stringify(`price ${price}`)})`)).toBe(true);
  await expect.poll(() => page.evaluate("scrollY")).toBeGreaterThan(0);
  // The same figures, drawn.
  await last.scrollIntoViewIfNeeded();
  await expect.poll(() => last.locator("[data-figure=price]").allInnerTexts()).toEqual([price]);
});

it("the keyboard reaches every row and keeps its place while the row is drawn", async () => {
  await rows().first().getByRole("link").focus();
  const symbols = await rows().evaluateAll((all) => all.map((row) => row.getAttribute("data-symbol")));
  for (const symbol of symbols.slice(1)) {
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.closest('[data-symbol]').dataset.symbol")).toBe(symbol);
  }
  await expect.poll(missingOnScreen).toEqual([]);
  expect(await page.evaluate("document.activeElement.closest('[data-symbol]').dataset.symbol")).toBe(symbols.at(-1));
});

describe("rows that are not drawn", () => {
  it("are drawn when a search or a filter brings them up", async () => {
    const symbol = (await rows().last().getAttribute("data-symbol")) ?? "";
    await page.getByRole("searchbox").fill(symbol);
    await expect.poll(() => rows().first().getAttribute("data-symbol")).toBe(symbol);
    await expect.poll(missingOnScreen).toEqual([]);
    await page.getByRole("searchbox").fill("");
    await page.getByText("▼ Short").click();
    await expect.poll(missingOnScreen).toEqual([]);
  });

  it("are drawn when another order brings them up, with every row in its place", async () => {
    await page.getByRole("combobox").selectOption("reliability");
    await page.getByRole("button", { name: /^Order/ }).click();
    await expect.poll(missingOnScreen).toEqual([]);
    const shares = await rows().evaluateAll((all) =>
      all.map((row) => Number(/(\d+)%\s*$/.exec(row.textContent ?? "")?.[1])),
    );
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(new Set(await rows().evaluateAll((all) => all.map((row) => row.getAttribute("data-symbol")))).size).toBe(50);
  });
});
