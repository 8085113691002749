import { expect, it, onTestFinished } from "vitest";
import { onEachView } from "../support/page-layout.mts";
import { useRichPage } from "../support/rich-page.mts";
import { shownFigures } from "../support/shown-figures.mts";

// The page is in English: a phone's language changes neither digits nor times, which would not belong to the words around them.

const visitRichPage = useRichPage();

/** Everything with digits on each view: figures, the chart's labels, and the sentence below the chart. */
async function readAll(locale: string, timezoneId: string) {
  const someone = await visitRichPage({ locale, timezoneId });
  onTestFinished(() => someone.close());
  await someone.context.addInitScript(`(() => {
    globalThis.drawn = new Set();
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
      globalThis.drawn.add(text);
      return fillText.call(this, text, ...rest);
    };
  })()`);
  const page = await someone.open();
  await page.locator("[data-view=market]").waitFor();
  const figures = await onEachView(page, async () => ({
    figures: await shownFigures(page),
    history: await page.locator(".history-words").allInnerTexts(),
    moves: await page.locator("main time, .since-move, .stacked-bar").allInnerTexts(),
  }));
  const words = await page.evaluate<string>("document.body.innerText");
  return { figures, words, axis: await page.evaluate<string[]>("[...globalThis.drawn]") };
}

/** What a chart has drawn: which prices depends on whether it was drawn before the levels were there. */
function expectEnglish(axis: readonly string[]) {
  const times = axis.filter((text) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text));
  const prices = axis.filter((text) => /^((support|resistance) )?\d{1,3}(,\d{3})*\.\d{2,}$/.test(text));
  // Nothing is known of the price here but the newest and two levels, far above zero: no figure stands beside an empty chart.
  expect(prices.filter((text) => Number.parseFloat(text) <= 1)).toEqual([]);
  const others = axis.filter((text) => !times.includes(text) && !prices.includes(text));
  expect(others.toSorted()).toEqual(["35", "50", "65"]);
  return { times, prices };
}

it("figures and times are the same in every language of the phone, with hours from 00 to 23", async () => {
  const english = await readAll("en-US", "UTC");
  const { times, prices } = expectEnglish(english.axis);
  expect(times.length).toBeGreaterThan(1);
  expect(prices.length).toBeGreaterThan(1);
  for (const locale of ["ar-EG", "de-DE", "hi-IN-u-nu-deva"]) {
    const other = await readAll(locale, "UTC");
    expect(other.figures, locale).toEqual(english.figures);
    expect(expectEnglish(other.axis).times, locale).toEqual(times);
    expect(other.words, locale).not.toMatch(/(?![0-9])\p{Nd}/u);
  }
});

it("times are those of the phone's time zone", async () => {
  const first = (read: Awaited<ReturnType<typeof readAll>>) => {
    const words = read.figures.breakdown?.history.find((each) => each.startsWith("Score")) ?? "";
    const [, hours, minutes] = /(\d\d):(\d\d)\) to/.exec(words) ?? [];
    return Number(hours) * 60 + Number(minutes);
  };
  const [utc, nepal] = [await readAll("en-US", "UTC"), await readAll("en-US", "Asia/Kathmandu")];
  expect((first(nepal) - first(utc) + 1440) % 1440).toBe(5 * 60 + 45);
});
