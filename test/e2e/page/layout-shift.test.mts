import { setTimeout as delay } from "node:timers/promises";
import { expect, inject, it, onTestFinished } from "vitest";
import { VIEWS } from "../support/page-reading.mts";
import { useRichPage } from "../support/rich-page.mts";

/** Between two stages of loading, so that each of them is painted. */
const PAUSE_MS = 250;

const visitRichPage = useRichPage();

it.each([
  [360, 640],
  [412, 823],
])("no view moves what the reader sees while it loads, at %d x %d", async (width, height) => {
  for (const { hash, name } of VIEWS) {
    const someone = await visitRichPage({ viewport: { width, height }, isMobile: true });
    onTestFinished(() => someone.close());
    await someone.context.addInitScript(`(() => {
      globalThis.shifts = [];
      globalThis.seen = new Set();
      new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries()) {
          globalThis.shifts.push({ value, moved: sources.map(({ node }) => node?.className ?? node?.nodeName) });
        }
      }).observe({ type: "layout-shift", buffered: true });
      const look = () => {
        globalThis.seen.add(document.querySelector("[data-view]")?.dataset.view);
        requestAnimationFrame(look);
      };
      look();
    })()`);
    // The page, then its data, then the code of the view, then what the view loads.
    for (const [pattern, pauses] of [
      ["**/api/snapshot", 1],
      ["**/*-view-*.js", 3],
      ["**/api/dashboard/**", 5],
      ["**/api/days", 5],
    ] as const) {
      await someone.context.route(pattern, async (route) => {
        await delay(pauses * PAUSE_MS);
        await route.continue();
      });
    }
    const page = await someone.open(`/mobile${hash}`);
    await page.locator(`[data-view=${name}]`).waitFor();
    if (name === "breakdown") {
      await page.locator(".history-chart canvas").first().waitFor();
    }
    if (name === "scores") {
      await page.locator(".sparkline-line").first().waitFor();
    }
    if (name === "alerts") {
      await page.locator("[data-alert]").first().waitFor();
    }
    await page.waitForLoadState("networkidle");
    await page.evaluate("new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))");
    const seen = await page.evaluate<string[]>("[...globalThis.seen]");
    expect(seen, name).toContain(name === "market" ? "market" : "loading");
    const shifts = await page.evaluate<{ value: number; moved: string[] }[]>("globalThis.shifts");
    const sum = shifts.reduce((total, { value }) => total + value, 0);
    expect(sum, `${name}: ${JSON.stringify(shifts)}`).toBeLessThan(0.05);
  }
});

it.each(inject("thorough") ? [320, 390, 1200] : [390])(
  "a row's notes come and go without moving anything, at %d px",
  async (width) => {
    const someone = await visitRichPage({ viewport: { width, height: 800 } });
    onTestFinished(() => someone.close());
    let notes = false;
    let sequence = 0;
    await someone.context.route("**/api/snapshot*", async (route) => {
      const response = await route.fetch({ headers: { ...route.request().headers(), "if-none-match": "" } });
      const json = await response.json();
      sequence = Math.max(sequence, json.sequence) + 1;
      json.sequence = sequence;
      for (const row of json.confluence_scores) {
        const away = row.score >= 50 ? -24 : 24;
        row.score_now = notes ? Math.round(100 * (row.score + away)) / 100 : row.score;
        Object.assign(row, notes ? { change_5m: -5.12, change_5m_deviations: -6 } : { change_5m: 0 });
      }
      await route.fulfill({ status: 200, contentType: "application/json", json });
    });
    const page = await someone.open("/mobile#/scores");
    await page
      .locator("[data-view=scores] .score-row-note, [data-view=scores] .score-row:not(.score-titles)")
      .first()
      .waitFor();
    await page.waitForLoadState("networkidle");
    await page.evaluate(`(() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries()) {
        globalThis.shifts.push({ value, moved: sources.map(({ node }) => node?.className ?? node?.nodeName) });
      }
    }).observe({ type: "layout-shift" });
  })()`);
    for (const count of [true, false]) {
      notes = count;
      const before = sequence;
      // Pressed by code, as shifts just after an input of the reader are not counted.
      await page.evaluate("document.querySelector('header .icon-button').click()");
      await expect
        .poll(async () => Number(await page.locator("main").getAttribute("data-sequence")), { timeout: 20_000 })
        .toBeGreaterThan(before);
      await page
        .locator(".score-row-note")
        .first()
        .waitFor({ state: notes ? "visible" : "detached" });
      await page.evaluate("new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))");
      const shifts = await page.evaluate<{ value: number }[]>("globalThis.shifts");
      const sum = shifts.reduce((total, { value }) => total + value, 0);
      expect(sum, JSON.stringify(shifts)).toBeLessThan(0.001);
    }
  },
);
