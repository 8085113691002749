import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { openView, VIEWS } from "./page-reading.mts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** The least size of a target in a dense list, by WCAG 2.2, 2.5.8. */
const MIN_TARGET_PX = 24;

/**
 * Runs axe on the page, folded content included: one line per violation, with the first element it concerns.
 *
 * @param rules - Ids of the rules to check, such as "color-contrast"; all if left out.
 */
export async function violations(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
  await page.evaluate(`typeof axe === "undefined" && (() => { ${AXE} })()`);
  return page.evaluate(`axe.run(document, ${JSON.stringify({ resultTypes: ["violations"], ...(rules && { runOnly: rules }) })}).then(({ violations }) =>
    violations.map(({ id, help, nodes }) => [id, help, nodes.length, nodes[0].html, nodes[0].failureSummary].join(" | ")))`);
}

/** Visits all views and collects the findings on each by its name. */
export async function onEachView<T>(page: Page, look: () => Promise<T>): Promise<Readonly<Record<string, T>>> {
  const found: Record<string, T> = {};
  for (const view of VIEWS) {
    await openView(page, view);
    if (view.name === "breakdown") {
      await page.locator('[data-figure="interpretation.overall"]').waitFor();
      await page.locator(".history-chart canvas").first().waitFor();
    }
    if (view.name === "alerts") {
      await page.locator("[data-alert]").first().waitFor();
    }
    found[view.name] = await look();
  }
  return found;
}

export const onAllViews = <T,>(value: T) => Object.fromEntries(VIEWS.map(({ name }) => [name, value]));

/**
 * Everything that does not fit: pixels by which the page is too wide, figures and words that are cut off or beyond
 * their frame, tabs out of sight, controls too small for a finger. Folded content is unfolded first. `mayScroll` allows
 * tables to scroll within their frame.
 */
export async function misfits(page: Page, mayScroll: boolean): Promise<readonly (string | number)[]> {
  let found = await misfitsNow(page, mayScroll);
  // Tables fold a moment after the size has changed, and a busy machine takes its time.
  for (let looks = 1; looks < 20 && found.some((misfit) => misfit !== 0); looks++) {
    await page.waitForTimeout(100);
    found = await misfitsNow(page, mayScroll);
  }
  return found;
}

const misfitsNow = (page: Page, mayScroll: boolean): Promise<readonly (string | number)[]> =>
  page.evaluate(`(() => {
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
})()`);

/** Cells that a table's frame cuts off, with everything unfolded. */
export const cutCells = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`(async () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    return [...document.querySelectorAll(".table-frame :is(th, td)")]
      .filter((cell) => cell.getBoundingClientRect().right > cell.closest(".table-frame").getBoundingClientRect().right + 3)
      .map((cell) => cell.innerText);
  })()`);

/** Sets the size of the page's text, such as "200%". */
export const setTextSize = (page: Page, size: string): Promise<void> =>
  page.evaluate(`document.documentElement.style.fontSize = "${size}"`);
