import type { Page } from "playwright-core";
import { expect, it, onTestFinished } from "vitest";
import { marketStateOf, publicationOf, startPageServer, withRows } from "../../../scripts/lib/page-market.mjs";
import { openView, readBadge, VIEWS } from "../support/page-reading.mts";
import { visit } from "../support/page-visit.mts";
import { connectBrowser } from "../support/shared-browser.mts";
import { sharedMarket } from "../support/shared-market.mts";
import { shownFigures, wrongFigures } from "../support/shown-figures.mts";

/** What a translator does that ignores translate="no": it puts elements of its own into the place of the text nodes. */
const translate = (page: Page) =>
  page.evaluate(`(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      const font = document.createElement("font");
      font.textContent = text.data;
      text.replaceWith(font);
    }
  })()`);

it("figures and the age move on under a translator that ignores the page's wish", async () => {
  const [browser, publication] = await Promise.all([connectBrowser(), sharedMarket()]);
  const market = marketStateOf(publication);
  let sequence = 100;
  const server = await startPageServer(publicationOf(market, { sequence }));
  const someone = await visit(browser, server.url);
  onTestFinished(async () => {
    await someone.close();
    await server.close();
    await browser.close();
  });
  const page = await someone.open();
  for (const view of [VIEWS[0], VIEWS[1]]) {
    await openView(page, view);
    for (const regime of ["Bullish: Risk-On", "Choppy: Consolidation"]) {
      await translate(page);
      sequence += 1;
      const moved = withRows(market, ({ score, price }) => ({
        score: Math.round(((score + sequence * 7) % 100) * 100) / 100,
        price: price * sequence,
      }));
      const { value } = market.overview;
      const overview = { ...value.overview, btc_price: (value.overview.btc_price ?? 1) * sequence };
      const next = {
        ...moved,
        overview: { ...market.overview, value: { ...value, overview } },
        regime: { name: regime, reason: null },
      };
      await server.publish(publicationOf(next, { sequence }));
      await page.locator(`main[data-sequence="${sequence}"]`).waitFor();
      const snapshot = await (await fetch(`${server.url}/api/snapshot`)).json();
      expect(wrongFigures(await shownFigures(page), [snapshot]), view.name).toEqual([]);
    }
  }
  await translate(page);
  const { ageS, text } = await readBadge(page);
  await expect.poll(async () => (await readBadge(page)).ageS).toBeGreaterThan(ageS ?? Number.NaN);
  expect((await readBadge(page)).text).not.toBe(text);
  expect(someone.problems()).toEqual([]);
});
