import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import {
  pictureOf,
  publicationOf,
  simulatedMarket,
  startPageServer,
  withScores,
} from "../../../scripts/lib/page-market.mjs";
import { openView, VIEWS } from "../support/page-reading.mts";
import { visit } from "../support/page-visit.mts";
import { connectBrowser } from "../support/shared-browser.mts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** The least size of a target in a dense list, by WCAG 2.2, 2.5.8. */
const MIN_TARGET_PX = 24;

type Picture = ReturnType<typeof pictureOf>;
type Market = Awaited<ReturnType<typeof simulatedMarket>>;
type PageServer = Awaited<ReturnType<typeof startPageServer>>;

let browser: Browser;
let market: Market;
let server: PageServer;
let sequence = 100;

/** Scores far from and near 50, different each time, with a history to draw and an alert of each kind. */
function nextPublication() {
  sequence += 1;
  const step = sequence;
  const picture = pictureOf(market);
  const { asOfMs, history, scores } = picture;
  const nowS = Math.floor(asOfMs / 1000);
  const at = Array.from({ length: 24 }, (_, index) => nowS - 900 * (23 - index));
  const past = { at, value: at.map((_, index) => Math.round(50 + 25 * Math.sin(index))) };
  const { symbol, reliability, price } = [...scores.value.values()][0]?.analysis ?? {
    symbol: "",
    reliability: 0,
    price: 0,
  };
  const moment = { timestamp: nowS, unix_timestamp: nowS };
  const alerts: Picture["alerts"]["alerts"] = [
    {
      ...{ id: "signal:1", alert_type: "signal", level: "info", message: "It crossed a line.", symbol, ...moment },
      details: { direction: "bullish", score: 66, threshold: 65, reliability, price },
    },
    {
      ...{
        id: "regime:1",
        alert_type: "regime_change",
        level: "warning",
        message: "It changed.",
        symbol: null,
        ...moment,
      },
      details: { from: "Neutral: Consolidation", to: "Bullish: Risk-On" },
    },
  ];
  const rich = {
    ...picture,
    alerts: { ...picture.alerts, alerts },
    history: { ...history, scores: Object.fromEntries([...scores.value.keys()].map((symbol) => [symbol, past])) },
  };
  return publicationOf(
    withScores(rich, (_symbol, score) => Math.round((20 + ((score * 7 + step * 13) % 60)) * 100) / 100),
    { sequence },
  );
}

beforeAll(async () => {
  [browser, market] = await Promise.all([connectBrowser(), simulatedMarket()]);
  server = await startPageServer(nextPublication());
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function openPage(options: Parameters<typeof visit>[2] = {}): Promise<Page> {
  const someone = await visit(browser, server.url, options);
  onTestFinished(async () => {
    expect(someone.problems()).toEqual([]);
    await someone.close();
  });
  const page = await someone.open();
  await page.locator("[data-view=market]").waitFor();
  return page;
}

/** One line per violation, with the first element it concerns. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(`typeof axe === "undefined" && (() => { ${AXE} })()`);
  return page.evaluate(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.map(({ id, help, nodes }) => [id, help, nodes.length, nodes[0].html, nodes[0].failureSummary].join(" | ")))`);
}

/** Visits all views and collects by name what is found on each. */
async function onEachView<T>(page: Page, look: () => Promise<T>): Promise<Readonly<Record<string, T>>> {
  const found: Record<string, T> = {};
  for (const view of VIEWS) {
    await openView(page, view);
    if (view.name === "breakdown") {
      await page.locator('[data-figure="interpretation.overall"]').waitFor();
    }
    if (view.name === "breakdown") {
      await page.locator(".history-chart canvas").waitFor();
    }
    if (view.name === "alerts") {
      await page.locator("[data-alert]").first().waitFor();
    }
    found[view.name] = await look();
  }
  return found;
}

const onAllViews = <T,>(value: T) => Object.fromEntries(VIEWS.map(({ name }) => [name, value]));

it.each(["light", "dark"] as const)("axe finds no violation on any view in %s", async (colorScheme) => {
  const page = await openPage({ colorScheme });
  const found = await onEachView(page, async () => {
    // Including folded content.
    await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
    return violations(page);
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
    const page = await openPage();
    await page.evaluate(`(() => {
      globalThis.spoken = [];
      const region = document.querySelector("[role=status]");
      new MutationObserver(() => globalThis.spoken.push(region.innerText)).observe(region, { subtree: true, childList: true, characterData: true });
    })()`);
    const age = () => page.locator("[data-badge] time").innerText();
    const first = await age();
    await expect.poll(age).not.toBe(first);
    await page.waitForTimeout(3500);
    // At most the announcement of the data.
    expect((await page.evaluate<readonly string[]>("globalThis.spoken")).length).toBeLessThanOrEqual(1);
  });
});

/**
 * Everything that does not fit: pixels by which the page is too wide, figures and words that are cut off or beyond
 * their frame, tabs out of sight, controls too small for a finger. Folded content is unfolded first. `mayScroll` allows
 * tables to scroll within their frame.
 */
const misfits = (mayScroll: boolean) => `(() => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  const isSeen = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 1;
  const name = (element) => (element.getAttribute("aria-label") ?? element.innerText).slice(0, 40);
  const isCut = (element) => getComputedStyle(element).overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
  const rightOf = (element) => element.getBoundingClientRect().right;
  const isBeyond = (element) => {
    const table = element.closest(".table-frame");
    if (table !== null) return !${mayScroll} && rightOf(element) > rightOf(table) + 1;
    return rightOf(element) > rightOf(element.closest(".card") ?? document.body) + 1;
  };
  const isSmall = (element) => element.closest("label") === null && element.getBoundingClientRect().height < ${MIN_TARGET_PX};
  const all = (selector) => [...document.querySelectorAll(selector)].filter(isSeen);
  return [
    Math.max(0, document.scrollingElement.scrollWidth - innerWidth),
    ...all("[data-figure]").filter(isCut).map((element) => "cut: " + name(element)),
    ...all("[data-figure], main p, main td, nav a, select").filter(isBeyond).map((element) => "beyond: " + name(element)),
    ...all("button, nav a, summary, select, input").filter(isSmall).map((element) => "small: " + name(element)),
  ];
})()`;

it.each([
  ["at 320 px", { viewport: { width: 320, height: 640 } }, "", false],
  ["at 1280 px", { viewport: { width: 1280, height: 800 } }, "", false],
  ["with text at 200 %", {}, "200%", true],
] as const)("every view fits %s, and its controls suit a finger", async (_how, options, fontSize, mayScroll) => {
  const page = await openPage(options);
  const found = await onEachView(page, async () => {
    await page.evaluate(`document.documentElement.style.fontSize = "${fontSize}"`);
    return page.evaluate(misfits(mayScroll));
  });
  expect(found).toEqual(onAllViews([0]));
});

it.each([320, 390])(
  "what can be chosen is read as a whole at %i px and with text twice as large, and all tabs are in sight",
  async (width) => {
    const page = await openPage({ viewport: { width, height: 844 } });
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
  },
);

it("with forced colours the current tab and side are outlined", async () => {
  const page = await openPage({ forcedColors: "active" });
  await openView(page, VIEWS[1]);
  const outlines = await page.evaluate(`[...document.querySelectorAll("nav a, .scores-side span")]
    .filter((element) => getComputedStyle(element).outlineStyle === "solid").map((element) => element.innerText.trim())`);
  expect(outlines).toEqual(["Scores", "All"]);
});

it.each([
  [320, "100%", "en-US"],
  [320, "100%", "de-DE"],
  [320, "200%", "en-US"],
  [360, "100%", "de-DE"],
  [390, "125%", "en-US"],
  [390, "200%", "de-DE"],
])(
  "at %i px and text at %s, in %s, no table cuts off a figure: half a figure looks like another one",
  async (width, text, locale) => {
    const page = await openPage({ viewport: { width, height: 640 }, locale });
    const symbol = [...pictureOf(market).scores.value.keys()][0] ?? "";
    for (const view of [
      { hash: "#/movers", name: "movers" },
      { hash: `#/${symbol}`, name: "breakdown" },
    ]) {
      await openView(page, view);
      const cut = await page.evaluate(`(async () => {
      document.documentElement.style.fontSize = "${text}";
      for (const details of document.querySelectorAll("details")) details.open = true;
      await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
      return [...document.querySelectorAll(".table-frame :is(th, td)")]
        .filter((cell) => cell.getBoundingClientRect().right > cell.closest(".table-frame").getBoundingClientRect().right + 3)
        .map((cell) => cell.innerText);
    })()`);
      expect(cut, view.name).toEqual([]);
    }
  },
);
