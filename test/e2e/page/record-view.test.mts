import { RECORD_KEY, type RecordDocument } from "@pulseboard/snapshot";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { madeRecord } from "../../../apps/worker/src/testing/made-record.ts";
import { marketStateOf, publicationOf, startPageServer } from "../../../scripts/lib/page-market.mjs";
import { misfits, setTextSize, violations } from "../support/page-layout.mts";
import { visit } from "../support/page-visit.mts";
import { rounded, shownRecord, wrongRecord } from "../support/record-reading.mts";
import { connectBrowser } from "../support/shared-browser.mts";
import { sharedMarket } from "../support/shared-market.mts";

const HORIZONS = ["1h", "4h", "24h"] as const;

let browser: Browser;
let market: ReturnType<typeof marketStateOf>;
/** Followed by the opposite, with all that can be missing; and two younger ones. */
let grown: RecordDocument;
let young: RecordDocument;
let opposite: RecordDocument;

beforeAll(async () => {
  const [connected, publication] = await Promise.all([connectBrowser(), sharedMarket()]);
  [browser, market] = [connected, marketStateOf(publication)];
  grown = madeRecord({ days: 67, foresight: -0.04, spoiled: true });
  young = madeRecord({ days: 6 });
  opposite = madeRecord({ days: 16, foresight: 0.05, neutral: true });
});
afterAll(() => browser?.close());

interface Stage {
  readonly record: RecordDocument | null;
  readonly options?: Parameters<typeof visit>[2];
  readonly hash?: string;
  readonly gates?: typeof market.outlookGates;
}

/** The page of a real server that has this record in its store. */
async function open({ record, options, hash = "#/record", gates = market.outlookGates }: Stage) {
  const server = await startPageServer(publicationOf({ ...market, outlookGates: gates }, { sequence: 100 }));
  if (record !== null) {
    await server.publishSingle({ key: RECORD_KEY, sequence: record.sequence, text: JSON.stringify(record) });
  }
  const someone = await visit(browser, server.url, options);
  let isClosed = false;
  const closeServer = async () => {
    if (!isClosed) {
      isClosed = true;
      await server.close();
    }
  };
  onTestFinished(async () => {
    await someone.close();
    await closeServer();
  });
  const page = await someone.open(`/mobile${hash}`);
  return { page, someone, server, closeServer };
}

const untilThere = (page: Page) => page.locator("[data-record]").first().waitFor();
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const wordsOf = async (page: Page) => (await page.locator("main").innerText()).replace(/\s+/g, " ");

describe("the record of two months", () => {
  it("shows the API's values of each figure at each time ahead, over both spans and from both entries", async () => {
    const { page, server, someone } = await open({ record: grown });
    await untilThere(page);
    const body = (await (await fetch(`${server.url}/api/record`)).json()) as RecordDocument;
    expect(body).toMatchObject({ sequence: grown.sequence, horizons: grown.horizons });
    const seen = new Set<string>();
    for (const horizon of HORIZONS) {
      await press(page, horizon.replace("h", " h"));
      const { ranked, lines } = body.horizons[horizon];
      for (const name of [...Object.keys(ranked), ...Object.keys(lines)]) {
        await page.getByLabel("Figure").selectOption(name);
        const shown = await shownRecord(page);
        expect(wrongRecord(shown, body)).toEqual([]);
        for (const { path } of shown) {
          seen.add(path);
        }
      }
      await page.getByLabel("Figure").selectOption("score");
      for (const span of ["groups.recent", "groups.all", "late_groups.recent", "late_groups.all"]) {
        await page.getByLabel("Days and entry").selectOption(span);
        expect(wrongRecord(await shownRecord(page), body)).toEqual([]);
        const [entry = "", days = ""] = span.split(".");
        await expectBars(page, Object(ranked.score)[entry][days]);
      }
    }
    // All that the document has of a figure was seen somewhere.
    for (const horizon of HORIZONS) {
      for (const part of [
        "recent",
        "all",
        "late.recent",
        "late.all",
        "return_bp.all",
        "late_return_bp.recent",
        "crowded",
      ]) {
        expect(seen, part).toContain(`horizons.${horizon}.lines.score_65.${part}`);
      }
      for (const part of ["recent", "late.all", "claim", "directions.bullish", "directions.bearish"]) {
        expect(seen, part).toContain(`horizons.${horizon}.ranked.outlook.${part}`);
      }
      for (const part of ["days.counted", "moments.present", "readings.present"]) {
        expect(seen).toContain(`horizons.${horizon}.${part}`);
      }
    }
    expect(someone.problems()).toEqual([]);
  });

  it("says how each card's figures are computed", async () => {
    const { page } = await open({ record: grown });
    await untilThere(page);
    const formulas = await page.evaluate<Record<string, string>>(
      "fetch(performance.getEntriesByType('resource').find(({ name }) => /formulas.*json$/.test(name)).name).then((response) => response.json())",
    );
    for (const [label, names] of [
      ["Named in advance", ["record_share", "record_interval"]],
      ["Tenths", ["record_groups", "record_interval"]],
      ["Score", ["record_correlation", "record_interval"]],
      ["What is counted", ["record_counted"]],
      ["Outlook", ["record_gate", "outlook"]],
    ] as const) {
      await page.getByRole("button", { name: `${label}: how is it computed?` }).click();
      const panel = page.getByRole("dialog", { name: label });
      await expect.poll(() => panel.locator("p").innerText()).toBe(names.map((name) => formulas[name]).join(" "));
      expect(await panel.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight), label).toBe(0);
      await page.keyboard.press("Escape");
      await panel.waitFor({ state: "detached" });
    }
    await page.getByLabel("Figure").selectOption("relative_70");
    await page.getByRole("button", { name: "Relative scores of 70 and more: how is it computed?" }).click();
    await page.getByText(`${formulas.record_share} ${formulas.record_interval}`).waitFor();
    // The bars are those of a ranked figure whatever is chosen, and the title says of which.
    expect(await wordsOf(page)).toContain("Share that beat the median in the 1 h after, by tenth of Score");
    const without = await page
      .locator(".card-title, .record-figure")
      .evaluateAll((titles) => titles.filter((title) => title.querySelector(".formula-hint") === null).length);
    expect(without).toBe(1); // The hashes, which are no figures.
  });

  it("asks for the formulas again when they could not be read", async () => {
    const { page, someone } = await open({ record: grown, options: { serviceWorkers: "block" } });
    await untilThere(page);
    let asked = 0;
    await someone.context.route("**/formulas*.json", (route) => {
      asked += 1;
      return asked === 1
        ? route.fulfill({ status: 200, contentType: "text/html", body: "<title>Log in</title>" })
        : asked === 2
          ? route.fulfill({ status: 503, contentType: "application/json", body: '{"detail":"Service unavailable"}' })
          : route.continue();
    });
    await page.reload();
    await untilThere(page);
    const ask = page.getByRole("button", { name: "Outlook: how is it computed?" });
    await ask.click();
    await page.getByText("The formula could not be loaded").waitFor();
    await page.keyboard.press("Escape");
    await ask.click();
    await page.getByText("hidden again under 1.5").waitFor();
    expect(asked).toBe(3);
  });

  it("is not shown for another market", async () => {
    const { page, someone } = await open({ record: grown, hash: "#/market" });
    const json = { status: "success", ...grown, origin: "elsewhere" };
    await someone.context.route("**/api/record", (route) => route.fulfill({ json }));
    const answered = page.waitForEvent("requestfinished", (request) => request.url().endsWith("/api/record"));
    await page.evaluate("location.hash = '#/record'");
    await answered;
    // Long enough to read it and to show it.
    await page.evaluate("new Promise((resolve) => setTimeout(resolve, 500))");
    await page.getByText("Reading the record").waitFor();
    expect(await page.locator("[data-record]").count()).toBe(0);
  });

  it("says the named figure, what is missing, what it costs, and what nobody can polish", async () => {
    const { page } = await open({ record: grown });
    await untilThere(page);
    const words = await wordsOf(page);
    const { days, moments, readings } = grown.horizons["1h"];
    expect(days).toMatchObject({ too_few_moments: 1, missing: 1 });
    expect(readings.delisted).toBeGreaterThan(0);
    for (const said of [
      /Scores of 65 and more, next hour, last 30 days: \d\d\.\d% beat the median \(95% interval \d\d\.\d% to \d\d\.\d%; 30 days, [\d,]+ moments, [\d,]+ readings\)\. A coin toss: 50%\. From all days: a difference, below 50%\./,
      /Top less bottom decile: -[\d.]+ bp in 1 h \(.*\); a round trip costs about 11 bp in fees/,
      /Funding is not included/,
      /1 with too few moments, 1 without any/,
      `Missing: ${moments.missing}.`,
      `Delisted meanwhile: ${readings.delisted}`,
      /One of 44 looked at/,
      grown.chain?.head ?? "no head",
      grown.method_hash,
    ]) {
      expect(words).toMatch(said);
    }
    const [change] = grown.input_changes;
    expect(await page.locator("[data-change]").getAttribute("data-change")).toBe(change?.day);
    expect(await page.locator("[data-change]").textContent()).toBe(`${change?.day}: ticker became known`);
    // A component that was never known, and one whose values are all equal.
    for (const name of ["orderbook", "sentiment"]) {
      await page.getByLabel("Figure").selectOption(name);
      expect(await page.locator(".record-no-chart").innerText()).toBe("collecting, day 0 of 14");
    }
    await page.getByLabel("Figure").selectOption("momentum_1h");
    expect(grown.horizons["1h"].ranked.momentum_1h?.claim.kind).toBe("no_difference");
    expect(await wordsOf(page)).toContain("no difference shown");
  });

  it("fits at 320 px and with large text, and axe finds nothing in either theme", async () => {
    const { page } = await open({ record: grown, options: { colorScheme: "dark" } });
    await untilThere(page);
    await page.getByLabel("Figure").selectOption("relative_30");
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "light" });
    expect(await violations(page, ["color-contrast"])).toEqual([]);
    for (const [width, text] of [
      [320, "100%"],
      [390, "200%"],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await setTextSize(page, text);
      expect(await misfits(page, true), `${width} px, ${text}`).toEqual([0]);
    }
    await setTextSize(page, "");
    await page.setViewportSize({ width: 320, height: 800 });
    const tabs = await page.evaluate<number[][]>(
      "[...document.querySelectorAll('nav a')].map((tab) => { const { width, height } = tab.getBoundingClientRect(); return [width, height]; })",
    );
    expect(tabs).toHaveLength(6);
    for (const [width = 0, height = 0] of tabs) {
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
    }
  });

  it("is worked by keyboard", async () => {
    const { page } = await open({
      record: grown,
      options: { viewport: { width: 1024, height: 768 }, hasTouch: false },
    });
    await untilThere(page);
    const focused = () =>
      page.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText");
    for (const name of ["4 h", "24 h", "Figure", "Days and entry"]) {
      for (let presses = 0; presses < 30 && (await focused()) !== name; presses += 1) {
        await page.keyboard.press("Tab");
      }
      expect(await focused()).toBe(name);
      await page.keyboard.press(name.endsWith("h") ? "Enter" : "ArrowDown");
    }
    expect(await page.getByRole("button", { name: "24 h", exact: true }).getAttribute("aria-pressed")).toBe("true");
    expect(await page.getByLabel("Days and entry").inputValue()).toBe("groups.all");
    expect(await wordsOf(page)).toContain("next 24 h");
    expect(await page.getByRole("img", { name: /lowest tenth \d\d\.\d%, highest tenth \d\d\.\d%/ }).count()).toBe(1);
  });
});

describe("before there is enough", () => {
  it("says which day it is of how many, and shows no bars", async () => {
    const { page } = await open({ record: young });
    await untilThere(page);
    for (const [horizon, said] of [
      ["1 h", "collecting, day 5 of 14"],
      ["4 h", "collecting, day 5 of 30"],
      ["24 h", "collecting, day 4 of 60"],
    ] as const) {
      await press(page, horizon);
      expect(await page.locator(".record-no-chart").innerText()).toBe(said);
    }
    expect(await page.locator(".deciles").count()).toBe(0);
    expect(wrongRecord(await shownRecord(page), young)).toEqual([]);
  });

  it("says by the market's direction only where each has its days", async () => {
    const { page } = await open({ record: opposite });
    await untilThere(page);
    expect(opposite.horizons["1h"].ranked.score).toMatchObject({ directions: null, claim: { kind: "difference" } });
    await page.locator(".record-more summary").filter({ hasText: "direction" }).click();
    expect(await wordsOf(page)).toContain("not before there are 14 days of each direction");
    expect(opposite.outlook["1h"].why).toBe("record_opposite");
    expect(await wordsOf(page)).toMatch(/For 1 h not shown: no difference/);
  });

  it("says that it needs 20 symbols where fewer are scored", async () => {
    const few = { ...young, symbols: 5 };
    const { page } = await open({ record: few });
    await untilThere(page);
    expect(await wordsOf(page)).toContain("A record needs 20 symbols; here 5 are scored.");
  });

  it("says calmly that there is none yet, and that an older server keeps none", async () => {
    const { page } = await open({ record: null });
    await page.getByText("There is no record yet.").waitFor();
    const older = await open({ record: grown, hash: "#/scores" });
    await older.someone.context.route("**/api/record", (route) => route.fulfill({ status: 404, body: "{}" }));
    await older.page.evaluate("location.hash = '#/record'");
    await older.page.getByText("This server keeps no record").waitFor();
    await older.page.evaluate("location.hash = '#/BTCUSDT'");
    await older.page.locator('[data-view=breakdown] [data-figure="interpretation.overall"]').waitFor();
    expect(await wordsOf(older.page)).toContain("This server keeps no record");
  });

  it("shows the copy on the device when the server is away", async () => {
    const { page, closeServer } = await open({ record: grown, hash: "#/record" });
    await untilThere(page);
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)");
    await closeServer();
    await page.reload();
    await page.getByText("This record was saved on this device.").waitFor();
    expect(wrongRecord(await shownRecord(page), grown)).toEqual([]);
  });
});

describe("a symbol's view", () => {
  const symbol = () => [...market.scores.value.keys()][0] ?? "";
  const outlookOf = async (page: Page) => {
    const section = page.locator("section.card").filter({ has: page.getByRole("heading", { name: /^Outlook/ }) });
    await section.waitFor();
    return (await section.innerText()).replace(/\s+/g, " ");
  };

  it("has one line of the record, and leads to the rest, which is not asked for again", async () => {
    const { page, someone } = await open({ record: grown, hash: `#/${symbol()}` });
    await untilThere(page);
    const asked = () => someone.requests().filter((url) => url.endsWith("/api/record")).length;
    expect(await page.locator(".record-line").innerText()).toMatch(
      /Scores of 65 and more, next hour, last 30 days: \d/,
    );
    expect(wrongRecord(await shownRecord(page), grown)).toEqual([]);
    expect(await page.locator(".deciles").count()).toBe(0);
    const before = asked();
    await page.getByRole("link", { name: "the record" }).click();
    await page.locator(".deciles").waitFor();
    expect(asked()).toBe(before);
  });

  it("shows the outlook where its own record allows it, and why not elsewhere", async () => {
    const shown = { shown: true, why: "record_agrees" } as const;
    const { page, server } = await open({
      ...{ record: grown, hash: `#/${symbol()}` },
      gates: { "1h": shown, "4h": { shown: false, why: "record_opposite" } },
    });
    const words = await outlookOf(page);
    const response = await fetch(`${server.url}/api/dashboard/confluence-analysis/${symbol()}`);
    const { outlook } = (await response.json()) as { outlook: { revm: number; sentence: string } };
    expect(await page.locator('[data-figure="outlook.revm"]').innerText()).toBe(signedOf(outlook.revm));
    expect(await page.locator('[data-figure="outlook.sentence"]').innerText()).toBe(outlook.sentence);
    expect(words).toMatch(/Next 1 h/);
    expect(words).toContain("It does not pay fees: a context, no strategy.");
    expect(words).toMatch(/4 h: no difference shown/);
    expect(words).not.toMatch(/24 h:/);
  });

  it("shows no number of an outlook that is not allowed", async () => {
    const { page } = await open({
      ...{ record: young, hash: `#/${symbol()}` },
      gates: { "1h": { shown: false, why: "no_difference" }, "4h": { shown: false, why: "collecting" } },
    });
    const words = await outlookOf(page);
    expect(words).toMatch(/1 h: no difference shown 4 h: collecting/);
    expect(await page.locator('[data-figure^="outlook."]').count()).toBe(0);
    expect(words).not.toContain("fees");
  });
});

const signedOf = (value: number) => `${value > 0 ? "+" : ""}${value.toFixed(2)}`;

/** The bars as they are drawn, read back by the scale beside them, and the table below them. */
async function expectBars(page: Page, groups: Readonly<Record<"share" | "low" | "high" | "return_bp", number[]>>) {
  const drawn = await page.evaluate<{ top: string; bars: string[]; whiskers: string }>(`({
    top: document.querySelector(".deciles-scale span").innerText,
    bars: [".decile-above", ".decile-below"].flatMap((path) => document.querySelector(path).getAttribute("d")?.match(/M[^z]+/g) ?? []),
    whiskers: document.querySelector(".deciles-whiskers").getAttribute("d"),
  })`);
  const apart = await page.evaluate<number[]>(`(() => {
    const middleOf = (element) => (element.getBoundingClientRect().top + element.getBoundingClientRect().bottom) / 2;
    const { top, bottom } = document.querySelector(".deciles svg").getBoundingClientRect();
    const [high, middle, low] = [...document.querySelectorAll(".deciles-scale span")].map(middleOf);
    return [high - top, middle - middleOf(document.querySelector(".deciles-middle")), low - bottom];
  })()`);
  expect(Math.max(...apart.map(Math.abs)), `the scale is apart from the bars: ${apart}`).toBeLessThan(2);
  const reach = Number.parseFloat(drawn.top) - 50;
  const shareAt = (height: number) => 0.5 + ((50 - height) / 50) * (reach / 100);
  const bars = drawn.bars
    .map((bar) => /^M([\d.]+) 50h[\d.]+V([\d.]+)/.exec(bar)?.slice(1).map(Number) ?? [])
    .sort(([a = 0], [b = 0]) => a - b);
  expect(bars).toHaveLength(10);
  for (const [i, [, height = 0]] of bars.entries()) {
    expect(Math.abs(shareAt(height) - (groups.share[i] ?? 0))).toBeLessThan(1e-4 + reach / 1e5);
  }
  const ends = [...drawn.whiskers.matchAll(/M[\d.]+ ([\d.]+)V([\d.]+)/g)].map(([, low, high]) => [
    Number(low),
    Number(high),
  ]);
  expect(ends).toHaveLength(10);
  for (const [i, [low = 0, high = 0]] of ends.entries()) {
    expect(Math.abs(shareAt(low) - (groups.low[i] ?? 0))).toBeLessThan(1e-4 + reach / 1e5);
    expect(Math.abs(shareAt(high) - (groups.high[i] ?? 0))).toBeLessThan(1e-4 + reach / 1e5);
  }
  const rows = await page.locator(".figure-table tbody tr").allTextContents();
  expect(rows).toHaveLength(10);
  for (const [i, row] of rows.entries()) {
    expect(row).toContain(`${rounded((groups.share[i] ?? 0) * 100, 1)}%`);
  }
}
