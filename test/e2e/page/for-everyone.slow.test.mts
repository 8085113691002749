import { describe, expect, it, onTestFinished } from "vitest";
import { cutCells, misfits, onAllViews, onEachView, setTextSize, violations } from "../support/page-layout.mts";
import { useRichPage } from "../support/rich-page.mts";

/**
 * Widths with their sizes of text. Text twice as large makes a wide screen a narrow one for the page's media queries, but only where a
 * browser's setting makes it so, and not where a test does: so it is tested where the screen is narrow anyway.
 */
const SIZES = [
  [320, ["100%", "125%", "200%"]],
  [360, ["100%", "125%", "200%"]],
  [390, ["100%", "125%", "200%"]],
  [768, ["100%", "125%"]],
  [1280, ["100%", "125%"]],
] as const;

const visitRichPage = useRichPage();

describe.each(["en-US", "de-DE", "hi-IN"])("every view in %s", (locale) => {
  it.each(["light", "dark"] as const)(
    "in %s fits every screen, cuts off no figure and passes axe",
    async (colorScheme) => {
      const someone = await visitRichPage({ locale, colorScheme });
      onTestFinished(() => someone.close());
      const page = await someone.open();
      await page.locator("[data-view=market]").waitFor();
      const found = await onEachView(page, async () => {
        const problems: string[] = [];
        for (const [width, textSizes] of SIZES) {
          await page.setViewportSize({ width, height: 800 });
          for (const text of textSizes) {
            await setTextSize(page, text);
            const isPlain = text === "100%" && locale === "en-US";
            const [tooWide, ...others] = await misfits(page, !isPlain);
            const here = [...(tooWide === 0 ? [] : [`${tooWide} px too wide`]), ...others, ...(await cutCells(page))];
            problems.push(...here.map((problem) => `at ${width} px and ${text}: ${problem}`));
          }
          await setTextSize(page, "");
          problems.push(...(await violations(page)).map((violation) => `at ${width} px: ${violation}`));
        }
        return problems;
      });
      expect(found).toEqual(onAllViews([]));
      expect(someone.problems()).toEqual([]);
    },
  );
});
