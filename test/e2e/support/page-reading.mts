import type { Page } from "playwright-core";
import { expect } from "vitest";

/** The views by the part of the address behind "#/", and the title of each. */
export const VIEWS = [
  { hash: "#/", name: "market" },
  { hash: "#/scores", name: "scores" },
  { hash: "#/BTCUSDT", name: "breakdown" },
  { hash: "#/movers", name: "movers" },
  { hash: "#/perps", name: "perps" },
  { hash: "#/alerts", name: "alerts" },
  { hash: "#/record", name: "record" },
] as const;

/** Goes to a view as a link would, and waits until it is there with all that it loads. */
export async function openView(
  page: Page,
  { hash, name }: { readonly hash: string; readonly name: string },
): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await page.locator(`[data-view=${name}]`).waitFor();
  await page.locator("text=/^Loading/").waitFor({ state: "hidden" });
}

/** Has every row of the list of scores drawn: rows far from the screen are a line of text until somebody comes near them. */
export async function drawAllRows(page: Page): Promise<void> {
  for (const row of await page.locator("[data-view=scores] [data-symbol]").all()) {
    await row.scrollIntoViewIfNeeded();
  }
  await expect.poll(() => page.locator(".score-row-words").count()).toBe(0);
  await page.evaluate("scrollTo(0, 0)");
}

export interface Badge {
  /** "fresh", "stale", "old", or "none" where there is no data. */
  readonly state: string | null;
  readonly connection: string | null;
  readonly text: string;
  /** null where none is shown. */
  readonly ageS: number | null;
}

/** The age of the data, as the page shows it. */
export async function readBadge(page: Page): Promise<Badge> {
  return page.evaluate(`(() => {
    const badge = document.querySelector("[data-badge]");
    const age = badge.querySelector("time")?.getAttribute("datetime");
    return {
      state: badge.dataset.state,
      connection: badge.dataset.connection,
      text: badge.innerText.replace(/\\s+/g, " ").trim(),
      ageS: age === undefined ? null : Number(/^PT(\\d+)S$/.exec(age)?.[1]),
    };
  })()`);
}
