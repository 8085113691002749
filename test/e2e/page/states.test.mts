import { analysisKey } from "@pulseboard/snapshot";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PLAIN_HTTP_HOST } from "../../../scripts/lib/chromium.mjs";
import { marketStateOf, publicationOf, startPageServer, withScores } from "../../../scripts/lib/page-market.mjs";
import { openView, readBadge, VIEWS } from "../support/page-reading.mts";
import { type PageVisit, visit } from "../support/page-visit.mts";
import { connectBrowser } from "../support/shared-browser.mts";
import { sharedMarket } from "../support/shared-market.mts";

type Publication = Awaited<ReturnType<typeof sharedMarket>>;
type Market = ReturnType<typeof marketStateOf>;
type PageServer = Awaited<ReturnType<typeof startPageServer>>;

/** An insecure context, so without a service worker: nothing here needs one. */
const HOST = PLAIN_HTTP_HOST;
const MINUTE_MS = 60_000;

let browser: Browser;
let market: Market;

beforeAll(async () => {
  const [connected, publication] = await Promise.all([connectBrowser(), sharedMarket()]);
  browser = connected;
  market = marketStateOf(publication);
});
afterAll(() => browser?.close());

/** Starts a server with a given publication, by default the generated market as of now. */
async function serve(publication: Publication | null = publicationOf(market, { sequence: 100 }), port = 0) {
  const server = await startPageServer(publication, port);
  onTestFinished(() => server.close());
  return server;
}

async function someoneAt({ port }: PageServer, options: Parameters<typeof visit>[2] = {}): Promise<PageVisit> {
  const someone = await visit(browser, `http://${HOST}:${port}`, options);
  onTestFinished(() => someone.close());
  return someone;
}

const scoreOf = (page: Page, symbol: string) => page.locator(`[data-symbol=${symbol}] [data-figure=score]`);
const view = (page: Page, name: string) => page.locator(`[data-view=${name}]`);

describe("states of the server", () => {
  it("calls old data stale, and later old, with its true age", async () => {
    const generatedAtMs = Date.now() - 2 * MINUTE_MS;
    const server = await serve(publicationOf(market, { sequence: 100, generatedAtMs }));
    const page = await (await someoneAt(server)).open();
    await view(page, "market").waitFor();
    const badge = await readBadge(page);
    expect(badge).toMatchObject({ state: "stale", connection: "online" });
    expect(badge.text).toMatch(/stale/i);
    expect(Math.abs((badge.ageS ?? 0) - (Date.now() - generatedAtMs) / 1000)).toBeLessThan(2);
    await server.publish(publicationOf(market, { sequence: 101, generatedAtMs: Date.now() - 300 * MINUTE_MS }));
    await expect.poll(async () => (await readBadge(page)).state).toBe("old");
    await server.publish(publicationOf(market, { sequence: 102 }));
    await expect.poll(async () => (await readBadge(page)).state).toBe("fresh");
  });

  it("says that a server has no data yet, and why, until it has some", async () => {
    const server = await serve(null);
    const someone = await someoneAt(server);
    const page = await someone.open();
    await page.getByText("There is no snapshot of the market yet").waitFor();
    expect(await page.locator("[data-figure]").count()).toBe(0);
    expect((await readBadge(page)).ageS).toBeNull();
    await server.publish(publicationOf(market, { sequence: 100 }));
    await view(page, "market").waitFor();
    expect(someone.problems()).toEqual([]);
  });

  it("keeps the data on the device when a server has lost everything", async () => {
    const server = await serve();
    const someone = await someoneAt(server);
    const page = await someone.open();
    await view(page, "market").waitFor();
    const price = page.locator('[data-figure="market_overview.btc_price"]');
    const shown = await price.innerText();
    await server.close();
    await serve(null, server.port);
    await page.getByText("The server has no data").waitFor();
    expect(await price.innerText()).toBe(shown);
    expect(someone.problems({ serverWasAway: true })).toEqual([]);
  });

  it("says that the list of scores is empty, and why", async () => {
    const provenance = { ...market.scores.provenance, received: 0, reason: "source_unavailable" as const };
    const none = { ...market.scores, value: new Map(), provenance };
    const someone = await someoneAt(await serve(publicationOf({ ...market, scores: none }, { sequence: 100 })));
    const page = await someone.open("/mobile#/scores");
    await view(page, "scores").getByText("No symbol is scored. The source could not be reached").waitFor();
    expect(someone.problems()).toEqual([]);
  });

  it("explains an unknown figure on request, and shows no number for it", async () => {
    const page = await (await someoneAt(await serve())).open();
    const unknown = page.locator('[data-figure="market_overview.avg_market_dispersion"]');
    expect(await unknown.innerText()).toMatch(/unknown$/);
    await unknown.getByText("unknown").tap();
    const reason = await unknown.locator("p").innerText();
    expect(reason.split(" ").length).toBeGreaterThan(4);
    expect(reason).not.toMatch(/\d|undefined|too_short/);
  });

  it("calls an average by the time that was averaged", async () => {
    const page = await (await someoneAt(await serve())).open();
    const average = page.locator(".figure", {
      has: page.locator('[data-figure="market_overview.avg_market_dispersion"]'),
    });
    expect(await average.locator("dt").innerText()).toBe("Average of the spread");

    const endS = Math.floor(market.asOfMs / 1000);
    const at = Array.from({ length: 79 }, (_, minute) => endS - (78 - minute) * 60);
    const history = { ...market.history, dispersion: { at, value: at.map(() => 2) } };
    const young = await (await someoneAt(await serve(publicationOf({ ...market, history }, { sequence: 100 })))).open();
    await view(young, "market").waitFor();
    const text = await view(young, "market").innerText();
    expect(text).toContain("78 min average of the spread");
    expect(text).toMatch(/x its 78 min average/);
    expect(text).not.toMatch(/24 h average/i);
  });
});

it("lists alerts with their figures and times, newest first", async () => {
  const atS = Math.floor(market.asOfMs / 1000) - 630;
  const alerts: typeof market.alerts.alerts = [
    {
      ...{ id: "signal:1", alert_type: "signal", level: "info", symbol: "ETHUSDT", message: "It crossed a line." },
      ...{ timestamp: atS, unix_timestamp: atS },
      details: { direction: "bearish", score: 33.44, threshold: 35, reliability: 0.734, price: 2345.67 },
    },
    {
      ...{ id: "regime:1", alert_type: "regime_change", level: "warning", symbol: null, message: "It changed." },
      ...{ timestamp: atS - 3600, unix_timestamp: atS - 3600 },
      details: { from: "Neutral: Consolidation", to: "Bullish: Risk-On" },
    },
  ];
  const publication = publicationOf({ ...market, alerts: { ...market.alerts, alerts } }, { sequence: 100 });
  const someone = await someoneAt(await serve(publication));
  const page = await someone.open("/mobile#/alerts");
  const entries = page.locator("[data-alert]");
  await entries.nth(1).waitFor();
  const [signal = "", regime = ""] = await entries.allInnerTexts();
  for (const said of ["ETHUSDT", "pushing down", "fell through 35 to 33.4", "2,345.67", "73%", "10 min ago"]) {
    expect(signal).toContain(said);
  }
  for (const said of ["Neutral: Consolidation", "Bullish: Risk-On", "1 h ago"]) {
    expect(regime).toContain(said);
  }
  expect(someone.problems()).toEqual([]);
});

describe("names and texts from outside", () => {
  /** Contracts have names in any script; a name with HTML in it does not pass the documents' schemas. */
  const NAME = "币安人生USDT";
  const HTML = "<img/src/onerror=alert(1)>";

  it("are text everywhere, and a name in another script has its own breakdown", async () => {
    const { documents } = publicationOf(market, { sequence: 100 });
    const named = [...documents].map(
      ([key, text]) =>
        [key === analysisKey("ETHUSDT") ? analysisKey(NAME) : key, text.replaceAll("ETHUSDT", NAME)] as const,
    );
    const hostile = new Map(named);
    const analysis = JSON.parse(hostile.get(analysisKey(NAME)) ?? "");
    analysis.interpretation.overall = HTML;
    hostile.set(analysisKey(NAME), JSON.stringify(analysis));
    const someone = await someoneAt(await serve({ sequence: 100, documents: hostile }));
    const page = await someone.open();
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    for (const each of VIEWS) {
      await openView(page, each);
      expect(await page.locator("main img").count(), each.name).toBe(0);
    }
    await openView(page, VIEWS[1]);
    await page.getByRole("link", { name: NAME, exact: true }).click();
    await view(page, "breakdown").waitFor();
    await page.locator('[data-figure="interpretation.overall"]').waitFor();
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toMatch(new RegExp(`^${NAME} [\\d,.]+ USD$`));
    expect(await page.locator('[data-figure="interpretation.overall"]').innerText()).toContain(HTML);
    expect(await page.locator("img").count()).toBe(0);
    expect(dialogs).toEqual([]);
    expect(someone.problems()).toEqual([]);
  });
});

describe("on the device", () => {
  it("favourites come first, also after a reload", async () => {
    const someone = await someoneAt(await serve());
    const page = await someone.open("/mobile#/scores");
    const rows = page.locator("[data-view=scores] [data-symbol]");
    await rows.first().waitFor();
    const symbolsShown = () => rows.evaluateAll((shown) => shown.map((row) => row.getAttribute("data-symbol")));
    const last = (await symbolsShown()).at(-1) ?? "";
    const star = page.getByRole("button", { name: `Favourite: ${last}` });
    await star.tap();
    await expect.poll(async () => (await symbolsShown())[0]).toBe(last);
    await page.reload();
    await rows.first().waitFor();
    expect((await symbolsShown())[0]).toBe(last);
    expect(await star.getAttribute("aria-pressed")).toBe("true");
    await star.tap();
    await expect.poll(async () => (await symbolsShown()).at(-1)).toBe(last);
    expect(someone.problems()).toEqual([]);
  });

  it("changes since the previous session are listed: regime, crossings, moves, new movers", async () => {
    const [riser = "", faller = "", mover = "", ...others] = [...market.scores.value.keys()];
    const scored = (rising: number, falling: number, moving: number) =>
      withScores(market, (symbol) => ({ [riser]: rising, [faller]: falling, [mover]: moving })[symbol] ?? 50);
    const before = { ...scored(60.1, 40, 45), regime: { name: "Choppy: Range-Bound", reason: null } };
    const gainers = market.movers.value.gainers.map((gainer, index) =>
      index === 0 ? { ...gainer, symbol: "NEWCOMERUSDT" } : gainer,
    );
    const after = {
      ...scored(70.2, 30, 57.5),
      regime: { name: "Bullish: Risk-On", reason: null },
      movers: { ...market.movers, value: { ...market.movers.value, gainers } },
    };

    const generatedAtMs = Date.now() - 20.5 * MINUTE_MS;
    const server = await serve(publicationOf(before, { sequence: 100, generatedAtMs }));
    const someone = await someoneAt(server);
    const first = await someone.open();
    await view(first, "market").waitFor();
    expect(await first.locator("[data-panel=since]").count()).toBe(0);
    await first.close();

    // Pretend that this was ten minutes ago: the page stores when it was last visible.
    const meanwhile = await someone.open("/healthz");
    const tenMinutesAgo = Date.now() - 10 * MINUTE_MS;
    await meanwhile.evaluate(`localStorage.setItem("pulseboard:v1:seen", "${tenMinutesAgo}")`);
    await meanwhile.close();
    await server.publish(publicationOf(after, { sequence: 101 }));

    const second = await someone.open();
    const panel = second.locator("[data-panel=since]");
    await panel.waitFor();
    // The age of the older snapshot, which was already old when the reader saw it.
    await expect.poll(() => panel.innerText()).toMatch(/^Since the snapshot of .*, 20 min ago/);
    const text = (await panel.innerText()).replace(/\s+/g, " ");
    expect(text).toContain("Choppy: Range-Bound to Bullish: Risk-On");
    expect(text).toContain(`${riser} went up through 65: 60.1 to 70.2`);
    expect(text).toContain(`${faller} went down through 35: 40.0 to 30.0`);
    expect(text).toMatch(new RegExp(`Biggest moves:.*${mover} ▲ \\+12\\.5`));
    expect(text).toContain("New among the gainers: NEWCOMERUSDT");
    // Whole words: one symbol's name may be part of another's.
    for (const other of others) {
      expect(text).not.toMatch(new RegExp(`\\b${other}\\b`));
    }
    expect(someone.problems()).toEqual([]);
  });

  it("of many crossings only some are listed at once, and the regime stays above them", async () => {
    const server = await serve(
      publicationOf(
        withScores(market, () => 50),
        { sequence: 100 },
      ),
    );
    const someone = await someoneAt(server);
    const first = await someone.open();
    await view(first, "market").waitFor();
    await first.close();
    const meanwhile = await someone.open("/healthz");
    await meanwhile.evaluate(`localStorage.setItem("pulseboard:v1:seen", "${Date.now() - 10 * MINUTE_MS}")`);
    await meanwhile.close();
    await server.publish(
      publicationOf(
        withScores(market, () => 70),
        { sequence: 101 },
      ),
    );

    const page = await someone.open();
    const panel = page.locator("[data-panel=since]");
    await panel.getByText("47 more went through 65 or 35").click();
    expect(await panel.getByText("went up through 65").count()).toBe(50);
    const regime = await page.locator('[data-figure="market_overview.market_regime"]').boundingBox();
    expect(regime?.y).toBeLessThan((await panel.boundingBox())?.y ?? 0);
    expect(someone.problems()).toEqual([]);
  });
});

it("an explanation soon belongs to the score above it", async () => {
  const server = await serve();
  const someone = await someoneAt(server);
  const page = await someone.open("/mobile#/ETHUSDT");
  const explained = page.locator('[data-figure="score"]');
  await explained.waitFor();
  await server.publish(
    publicationOf(
      withScores(market, () => 61.4),
      { sequence: 101 },
    ),
  );
  await expect.poll(() => page.locator('[data-figure="confluence_scores.ETHUSDT.score"]').innerText()).toBe("61.4");
  await expect.poll(() => explained.innerText()).toBe("61.4");
  expect(someone.problems()).toEqual([]);
});

describe("addresses", () => {
  it("of a symbol leads to its breakdown, and back to the list", async () => {
    const someone = await someoneAt(await serve());
    const page = await someone.open("/mobile#/ETHUSDT");
    await view(page, "breakdown").waitFor();
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toMatch(/^ETHUSDT [\d,.]+ USD$/);
    expect(await page.title()).toContain("ETHUSDT");
    await page.getByRole("link", { name: "Scores" }).click();
    await view(page, "scores").waitFor();
    await page.goBack();
    await view(page, "breakdown").waitFor();
    expect(someone.problems()).toEqual([]);
  });

  it("that mean nothing lead to a calm page", async () => {
    const titles: Readonly<Record<string, string>> = { "#///": "//" };
    const someone = await someoneAt(await serve());
    const page = await someone.open("/mobile#/%E0%A4%A");
    for (const hash of ["#/%E0%A4%A", "#/../../etc", "#///", "#/constructor", "#/<b>", "#/NOSUCHUSDT"]) {
      await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      await expect.poll(() => page.title()).toContain(titles[hash] ?? hash.slice(2));
      await page.locator("main", { hasText: /not among|Breadth/ }).waitFor();
    }
    expect(someone.problems()).toEqual([]);
  });
});

describe("the page's requests", () => {
  /** A headless page is always visible, so the test simulates what a browser would report. */
  const setHidden = (page: Page, isHidden: boolean) =>
    page.evaluate(`(() => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => ${isHidden} });
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "${isHidden ? "hidden" : "visible"}" });
      document.dispatchEvent(new Event("visibilitychange"));
    })()`);

  const snapshotRequests = (someone: PageVisit) =>
    someone.requests().filter((url) => url.endsWith("/api/snapshot")).length;

  /** Winds the clock of a page forward until that brings no more requests: the page then listens to announcements. */
  const untilListening = (someone: PageVisit, page: Page) =>
    expect
      .poll(async () => {
        const before = snapshotRequests(someone);
        await page.clock.runFor(2000);
        return snapshotRequests(someone) - before;
      })
      .toBe(0);

  it("stop while the page is hidden, and resume at once when it is visible", async () => {
    const server = await serve(publicationOf(market, { sequence: 100, periodMs: 2000 }));
    const someone = await someoneAt(server);
    await someone.context.clock.install();
    const page = await someone.open("/mobile#/scores");
    await view(page, "scores").waitFor();
    // Everything that is loaded when the page is idle.
    await page.waitForLoadState("networkidle");
    await setHidden(page, true);
    const before = [someone.requests().length, await server.answered("")];
    for (const sequence of [101, 102]) {
      await server.publish(
        publicationOf(
          withScores(market, () => sequence - 50),
          { sequence, periodMs: 2000 },
        ),
      );
      await page.clock.runFor(10_000);
    }
    expect([someone.requests().length, await server.answered("")]).toEqual(before);
    await setHidden(page, false);
    await expect.poll(() => scoreOf(page, "BTCUSDT").textContent()).toBe("52.0");
    expect(someone.problems()).toEqual([]);
  });

  it("start at once after the device slept, and the age never becomes too low", async () => {
    const server = await serve();
    const someone = await someoneAt(server);
    await someone.context.clock.install();
    await someone.context.addInitScript(
      "const now = Date.now; globalThis.sleptMs = 0; Date.now = () => now() + sleptMs;",
    );
    const page = await someone.open();
    await view(page, "market").waitFor();
    await untilListening(someone, page);
    const before = snapshotRequests(someone);
    // The monotonic clock stood still, the wall clock did not.
    await page.evaluate("globalThis.sleptMs = 3_600_000");
    await page.clock.runFor(1000);
    await expect.poll(() => snapshotRequests(someone)).toBeGreaterThan(before);
    // It was no sleep: the response corrects the age.
    await expect.poll(async () => (await readBadge(page)).ageS).toBeLessThan(60);

    // Without a connection nothing corrects it.
    await server.close();
    await expect.poll(async () => (await readBadge(page)).connection).toBe("offline");
    await page.evaluate("globalThis.sleptMs = 7_200_000");
    await expect.poll(async () => (await readBadge(page)).ageS).toBeGreaterThanOrEqual(3600);
    expect(someone.problems({ serverWasAway: true })).toEqual([]);
  });

  it("poll with the ETag where WebSockets are blocked", async () => {
    const server = await serve();
    const someone = await someoneAt(server);
    await someone.context.clock.install();
    await someone.context.routeWebSocket("**/ws", (socket) => socket.close());
    const page = await someone.open("/mobile#/scores");
    await view(page, "scores").waitFor();
    const poll = async () => {
      await page.clock.runFor(1000);
      return server.answered('route="/api/snapshot",status="304"');
    };
    await expect.poll(poll).toBeGreaterThan(1);
    expect(await page.locator("[data-busy]").count()).toBe(0);
    await server.publish(
      publicationOf(
        withScores(market, () => 61),
        { sequence: 101 },
      ),
    );
    await page.clock.runFor(1000);
    // Of a row that is drawn: those far from the screen are text.
    await expect.poll(() => page.locator("[data-symbol] [data-figure=score]").first().textContent()).toBe("61.0");
    expect(someone.problems()).toEqual([]);
  });

  it("are sent once per pull or press of the button", async () => {
    const server = await serve();
    const someone = await someoneAt(server);
    await someone.context.clock.install();
    const page = await someone.open();
    await view(page, "market").waitFor();
    await untilListening(someone, page);
    const before = snapshotRequests(someone);
    await page.getByRole("button", { name: "Refresh" }).tap();
    await expect.poll(() => snapshotRequests(someone)).toBe(before + 1);
    await page.locator("[data-busy]").waitFor({ state: "detached" });

    const touch = await someone.context.newCDPSession(page);
    const point = (y: number) => [{ x: 195, y }];
    await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: point(200) });
    for (let y = 220; y <= 480; y += 20) {
      await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: point(y) });
    }
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await expect.poll(() => snapshotRequests(someone)).toBe(before + 2);
    await page.clock.runFor(2000);
    expect(snapshotRequests(someone)).toBe(before + 2);
    expect(someone.problems()).toEqual([]);
  });
});
