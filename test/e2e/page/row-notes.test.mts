import { expect, it, onTestFinished } from "vitest";
import { useRichPage } from "../support/rich-page.mts";

const visitRichPage = useRichPage();

interface Row {
  score: number;
  score_now: number;
  change_5m: number;
  change_5m_deviations: number;
}

/** The first three rows: both notes, just below both lines, and none. */
function changed(rows: readonly Row[]): void {
  const moves = [
    [24, -5.12, -6],
    [14.99, -5.12, -5],
    [0, 0, 0],
  ] as const;
  for (const [i, [apart, change, deviations]] of moves.entries()) {
    const row = rows[i];
    if (row === undefined) {
      throw new Error(`no row ${i}`);
    }
    const away = row.score >= 50 ? -apart : apart;
    row.score_now = Math.round(100 * (row.score + away)) / 100;
    row.change_5m = change;
    row.change_5m_deviations = deviations;
  }
}

it.each([320, 390, 1200])(
  "a drawn row says the score of now behind the score, and a sudden fall, at %d px",
  async (width) => {
    const someone = await visitRichPage({ viewport: { width, height: 800 } });
    onTestFinished(() => someone.close());
    const symbols: string[] = [];
    await someone.context.route("**/api/snapshot*", async (route) => {
      const response = await route.fetch();
      const json = await response.json();
      changed(json.confluence_scores);
      symbols.push(...json.confluence_scores.slice(0, 3).map(({ symbol }: { symbol: string }) => symbol));
      await route.fulfill({ response, json });
    });
    const page = await someone.open("/mobile#/scores");
    await page.locator("[data-view=scores] [data-symbol]").first().waitFor();
    const row = (i: number) => page.locator(`[data-view=scores] [data-symbol="${symbols[i]}"]`);
    await row(0).scrollIntoViewIfNeeded();
    const text = ((await row(0).textContent()) ?? "").replace(/\s+/g, " ");
    expect(text).toMatch(/-5\.1% in 5 min.*\d\d\.\d (pushing|leaning) (up|down) now \d\d\.\d/);
    await expect(row(1).locator(".score-row-note").count()).resolves.toBe(0);
    await expect(row(2).locator(".score-row-note").count()).resolves.toBe(0);
    const box = async (selector: string) => {
      const found = await row(0).locator(selector).boundingBox();
      return found ?? expect.fail(`${selector} is not painted`);
    };
    const [whole, score, note] = [
      await box(".score-row-main"),
      await box(".score"),
      await box(".score-row-score > .score-row-note"),
    ];
    expect(score.x + score.width).toBeLessThanOrEqual(note.x);
    expect(note.x + note.width).toBeLessThanOrEqual(whole.x + whole.width + 1);
  },
);
