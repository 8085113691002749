import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { startPageServer } from "../../../scripts/lib/page-market.mjs";
import { cutCells, misfits, onAllViews, onEachView, setTextSize, violations } from "../support/page-layout.mts";
import { openView, VIEWS } from "../support/page-reading.mts";
import { visit } from "../support/page-visit.mts";
import { richPublication } from "../support/rich-market.mts";
import { connectBrowser } from "../support/shared-browser.mts";
import { sharedMarket } from "../support/shared-market.mts";

// Every combination of width, size of text, language and theme: see for-everyone.slow.test.mts.

let browser: Browser;
let market: Awaited<ReturnType<typeof sharedMarket>>;
let server: Awaited<ReturnType<typeof startPageServer>>;

beforeAll(async () => {
  [browser, market] = await Promise.all([connectBrowser(), sharedMarket()]);
  server = await startPageServer(richPublication(market, 100));
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** @param withClock - Whether the test winds the page's clock. */
async function openPage(options: Parameters<typeof visit>[2] = {}, withClock = false): Promise<Page> {
  const someone = await visit(browser, server.url, options);
  onTestFinished(async () => {
    expect(someone.problems()).toEqual([]);
    await someone.close();
  });
  if (withClock) {
    await someone.context.clock.install();
  }
  const page = await someone.open();
  await page.locator("[data-view=market]").waitFor();
  return page;
}

it("axe finds no violation on any view, nor too little contrast in the other theme", async () => {
  const page = await openPage({ colorScheme: "dark" });
  const found = await onEachView(page, async () => {
    const inDark = await violations(page);
    await page.emulateMedia({ colorScheme: "light" });
    const inLight = await violations(page, ["color-contrast"]);
    await page.emulateMedia({ colorScheme: "dark" });
    return [...inDark, ...inLight];
  });
  expect(found).toEqual(onAllViews([]));
});

it("axe finds no violation on the page without data", async () => {
  const empty = await startPageServer(null);
  onTestFinished(() => empty.close());
  const someone = await visit(browser, empty.url);
  onTestFinished(() => someone.close());
  const page = await someone.open();
  await page.locator("[data-view=empty]").waitFor();
  expect(await violations(page)).toEqual([]);
});

describe("with the keyboard alone", () => {
  let page: Page;
  beforeEach(async () => {
    page = await openPage({ viewport: { width: 1024, height: 768 }, hasTouch: false });
  });

  const focused = () =>
    page.evaluate<string>(
      "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText).trim()",
    );
  /** Presses Tab until the focus is on the element with this name. */
  const tabTo = async (name: string | RegExp): Promise<void> => {
    const passed: string[] = [];
    for (let count = 0; count < 60; count += 1) {
      await page.keyboard.press("Tab");
      const at = await focused();
      if (typeof name === "string" ? at === name : name.test(at)) {
        return;
      }
      passed.push(at);
    }
    throw new Error(`Tab does not come to ${name}; it passes ${passed.join(", ")}`);
  };

  it("the first stop skips the navigation, and the focus is visible", async () => {
    await page.keyboard.press("Tab");
    expect(await focused()).toMatch(/skip/i);
    const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
    expect(outline).not.toBe("none");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.tagName")).toBe("H1");
  });

  it("every view can be reached, a symbol found, marked as a favourite and opened", async () => {
    await tabTo("Scores");
    await page.keyboard.press("Enter");
    await page.locator("[data-view=scores]").waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.tagName")).toBe("H1");
    expect(await page.locator("nav [aria-current=page]").innerText()).toBe("Scores");

    await tabTo("Find a symbol");
    await page.keyboard.type("ethusdt");
    await expect.poll(() => page.locator("[data-view=scores] [data-symbol]").count()).toBe(1);
    expect(await page.locator("[data-view=scores] [role=status]").innerText()).toMatch(/^1 of \d+ scored symbols$/);
    await tabTo("Favourite: ETHUSDT");
    await page.keyboard.press("Space");
    expect(await page.locator("[data-symbol=ETHUSDT] button").getAttribute("aria-pressed")).toBe("true");
    await tabTo("ETHUSDT");
    await page.keyboard.press("Enter");
    await page.locator('[data-view=breakdown] [data-figure="interpretation.overall"]').waitFor();
    await tabTo(/^\d+ rules/);
    await page.keyboard.press("Enter");
    await page.locator("[data-rule=rsi]").waitFor();
    await page.goBack();
    await expect.poll(focused).toBe("ETHUSDT");
  });

  it("a tab starts at its heading, even when coming from the breakdown of a symbol that it lists", async () => {
    const go = (hash: string) => page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await openView(page, { hash: "#/movers", name: "movers" });
    const link = await page.locator("[data-view=movers] a").first().getAttribute("href");
    await go("#/scores");
    await page.locator("[data-view=scores]").waitFor();
    await go(link?.replace(/^[^#]*/, "") ?? "");
    await page.locator("[data-view=breakdown]").waitFor();
    await tabTo("Movers");
    await page.keyboard.press("Enter");
    await page.locator("[data-view=movers]").waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.tagName")).toBe("H1");
  });

  it("the reason of an unknown figure can be opened", async () => {
    const unknown = page.locator('[data-figure="market_overview.avg_market_dispersion"]');
    await tabTo(/unknown$/);
    await page.keyboard.press("Enter");
    await unknown.locator("p").waitFor();
  });
});

describe("for a screen reader", () => {
  it("has landmarks, one first-level heading and a title for each view", async () => {
    const page = await openPage();
    for (const landmark of ["banner", "navigation", "main", "contentinfo"] as const) {
      expect(await page.getByRole(landmark).count(), landmark).toBe(1);
    }
    const titles = new Set<string>();
    for (const view of VIEWS) {
      await openView(page, view);
      expect(await page.getByRole("heading", { level: 1 }).count(), view.name).toBe(1);
      titles.add(await page.title());
    }
    expect(titles.size).toBe(VIEWS.length);
  });

  it("does not read out a number every second", async () => {
    // Fresh for longer than the clock is wound: when data turns stale, that is announced.
    await server.publish(richPublication(market, 101));
    const page = await openPage({}, true);
    await page.evaluate(`(() => {
      globalThis.spoken = [];
      const region = document.querySelector("[role=status]");
      new MutationObserver(() => globalThis.spoken.push(region.innerText)).observe(region, { subtree: true, childList: true, characterData: true });
    })()`);
    const age = () => page.locator("[data-badge] time").innerText();
    const first = await age();
    await page.clock.runFor(10_000);
    expect(await age()).not.toBe(first);
    // At most the announcement of the data: a voice that counts would say something else each time.
    const spoken = await page.evaluate<readonly string[]>("[...new Set(globalThis.spoken)]");
    expect(spoken.length).toBeLessThanOrEqual(1);
  });
});

it("every view fits on a narrow and a wide screen and with large text, and its controls suit a finger", async () => {
  const page = await openPage();
  const found = await onEachView(page, async () => {
    const on: Record<string, unknown> = {};
    for (const [width, text, mayScroll] of [
      [320, "100%", false],
      [1280, "100%", false],
      [390, "200%", true],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await setTextSize(page, text);
      on[`${width} px, ${text}`] = await misfits(page, mayScroll);
    }
    await setTextSize(page, "");
    return on;
  });
  expect(found).toEqual(onAllViews({ "320 px, 100%": [0], "1280 px, 100%": [0], "390 px, 200%": [0] }));
});

it("options are shown in full at 320 and 390 px with text twice as large, and all tabs are visible", async () => {
  const page = await openPage();
  for (const width of [320, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await openView(page, VIEWS[1]);
    await page.evaluate("document.documentElement.style.fontSize = '200%'");
    const beyond =
      await page.evaluate(`[...document.querySelectorAll("nav a, .scores-sort select, .scores-sort button")]
    .filter((element) => element.getBoundingClientRect().left < 0 || element.getBoundingClientRect().right > innerWidth)
    .map((element) => element.innerText)`);
    expect(beyond).toEqual([]);
    const names = await page.evaluate<number[]>(
      "[...document.querySelectorAll('.navigation-name')].map((name) => name.getBoundingClientRect().width)",
    );
    expect(Math.min(...names)).toBeGreaterThan(40);
    await openView(page, VIEWS[0]);
    const broken = await page.evaluate(`[...document.querySelectorAll("main dt, main .regime span")]
    .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0).map((element) => element.innerText)`);
    expect(broken).toEqual([]);
    await openView(page, VIEWS[1]);
    // The width that the longest option needs.
    const needed = await page.evaluate<number>(`(() => {
    const select = document.querySelector(".scores-sort select");
    const copy = select.cloneNode(true);
    copy.style.cssText = "position: absolute; inline-size: max-content; max-inline-size: none";
    select.after(copy);
    const { width } = copy.getBoundingClientRect();
    copy.remove();
    return width - select.getBoundingClientRect().width;
  })()`);
    expect(needed).toBeLessThanOrEqual(1);
  }
});

it("with forced colours the current tab and side are outlined", async () => {
  const page = await openPage({ forcedColors: "active" });
  await openView(page, VIEWS[1]);
  const outlines = await page.evaluate(`[...document.querySelectorAll("nav a, .scores-side span")]
    .filter((element) => getComputedStyle(element).outlineStyle === "solid").map((element) => element.innerText.trim())`);
  expect(outlines).toEqual(["Scores", "All"]);
});

it.each([
  ["en-US", [[320, "200%"]]],
  [
    "de-DE",
    [
      [320, "100%"],
      [390, "200%"],
    ],
  ],
] as const)("in %s no table cuts off a figure, which would look like another one", async (locale, sizes) => {
  const page = await openPage({ locale });
  for (const view of [VIEWS[3], VIEWS[2]]) {
    await openView(page, view);
    for (const [width, text] of sizes) {
      await page.setViewportSize({ width, height: 640 });
      await setTextSize(page, text);
      expect(await cutCells(page), `${view.name} at ${width} px, ${text}`).toEqual([]);
    }
  }
});
