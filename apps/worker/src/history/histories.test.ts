import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { METHOD_VERSION } from "@pulseboard/engine";
import { dayOf, HISTORY_DURATIONS, type HistoryRefresh, openHistory } from "@pulseboard/history";
import { createMetrics, systemClock } from "@pulseboard/runtime";
import { DAYS_KEY, HISTORY_ROUTES, historyKey, type SymbolHistory } from "@pulseboard/snapshot";
import { createMemoryStore, STORAGE_DURATIONS } from "@pulseboard/storage";
import { MARKET_NOW_MS } from "@pulseboard/testing/generated-market";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { nextMarketState } from "../next-market-state.ts";
import type { MarketState } from "../state/market-state.ts";
import { createWorkerReasons } from "../status/worker-reasons.ts";
import { generateRefreshInput } from "../testing/generate-refresh-input.ts";
import { createHistories, type PublishedRefresh } from "./histories.ts";
import { createPublishSingle } from "./publish-single.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const SYMBOLS = 12;
/** One market for all tests: scoring it takes longest. */
const INPUT = generateRefreshInput({ symbols: SYMBOLS });

/** Refreshes of the same market one after the other, the first `scored` symbols of it on the list. */
function createRefreshes() {
  let state: MarketState | null = null;
  let sequence = 100;
  return (laterMs: number, scored = SYMBOLS): PublishedRefresh => {
    const asOfMs = MARKET_NOW_MS + laterMs;
    const { symbols, tickers } = INPUT;
    if (symbols === null || tickers === null) {
      throw new Error("the generated refresh has both");
    }
    const chosen = symbols.scored.slice(0, scored).map((input) => ({ ...input, tickerAsOfMs: asOfMs }));
    const names = new Set(chosen.map(({ analysis }) => analysis.symbol));
    const inputs = new Map([...symbols.inputs].filter(([symbol]) => names.has(symbol)));
    const collected = { ...INPUT, asOfMs, symbols: { ...symbols, scored: chosen, inputs, expected: scored } };
    state = nextMarketState(collected, state);
    sequence += 1;
    return { state, sequence, scored: chosen, inputs, tickers: { ...tickers, asOfMs } };
  };
}

async function start(dataDir?: string) {
  const folder = await createTemporaryFolder();
  const place = {
    dataDir: dataDir ?? folder.path,
    origin: "simulator",
    simulated: true,
    methodVersion: METHOD_VERSION,
  };
  const recorded = createRecordedLog();
  const tools = { ...recorded, clock: systemClock };
  const store = openHistory({ ...place, ...tools, durations: HISTORY_DURATIONS });
  const documents = createMemoryStore();
  const metrics = createMetrics();
  const reasons = createWorkerReasons(systemClock);
  let told = 0;
  const publishSingle = createPublishSingle({
    ...{ stores: [documents], metrics, storageDurations: STORAGE_DURATIONS },
    ...tools,
  });
  const histories = createHistories({
    ...{ store, publishSingle, origin: "simulator", simulated: true, periodMs: 30_000, reasons, metrics },
    durations: { historyEveryMs: 300_000 },
    record: { kept: () => undefined },
    onReasons: () => {
      told += 1;
    },
    log: recorded.log,
  });
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= histories.close();
    return closing;
  };
  onTestFinished(async () => {
    await close();
    await folder.remove();
  });
  const document = async (key: string): Promise<Record<string, unknown> | null> => {
    const found = await documents.readSingle?.(key);
    return found == null ? null : JSON.parse(found.text);
  };
  return {
    ...{ place, store, histories, metrics, close, document, lines: recorded.lines },
    reasons: () => reasons.list().map(({ code }) => code),
    told: () => told,
    outcomes: async (outcome: string): Promise<number> =>
      Number(
        new RegExp(`history_refreshes_total\\{outcome="${outcome}"\\} (\\d+)`).exec(await metrics.text())?.[1] ?? 0,
      ),
    kept: async (): Promise<readonly HistoryRefresh[]> => {
      const all: HistoryRefresh[] = [];
      for (const day of await store.days("refreshes")) {
        for await (const refresh of store.readDay("refreshes", day)) {
          all.push(refresh);
        }
      }
      return all;
    },
  };
}

it("keeps what was published, and from what", async () => {
  const { histories, outcomes, kept } = await start();
  const next = createRefreshes();
  const refreshes = [next(0), next(MINUTE_MS)];
  for (const [index, refresh] of refreshes.entries()) {
    histories.refreshed(refresh);
    await expect.poll(() => outcomes("kept")).toBe(index + 1);
  }
  const found = await kept();
  expect(found).toHaveLength(2);
  for (const [index, { asOfMs, periodMs, sequence, direction, rows }] of found.entries()) {
    const { state, sequence: published, tickers } = refreshes[index] ?? next(0);
    expect({ asOfMs, periodMs, sequence }).toEqual({ asOfMs: state.asOfMs, periodMs: 30_000, sequence: published });
    expect(["bullish", "neutral", "bearish", null]).toContain(direction);
    expect(rows.map(({ symbol }) => symbol).toSorted()).toEqual([...state.scores.value.keys()].toSorted());
    for (const row of rows) {
      const shown = state.scores.value.get(row.symbol);
      expect(row).toMatchObject({ scored: true, score: shown?.analysis.score, relative: shown?.row.relative });
      expect(row.weightedSignal).toBeCloseTo(shown?.analysis.weighted_signal ?? Number.NaN, 5);
      expect(row.components.technical).toBeCloseTo(shown?.analysis.components.technical.signal ?? Number.NaN, 4);
      expect(row.markPrice).toBe(tickers?.tickers.find(({ symbol }) => symbol === row.symbol)?.markPrice);
      expect(row.knownInputs & 0b1).toBe(1);
    }
    expect(rows.every(({ turnoverUsd }) => (turnoverUsd === null) === (index === 0))).toBe(true);
  }
});

it("keeps the price of a symbol that left the list for 25 h, and no longer", async () => {
  const { histories, outcomes, kept } = await start();
  const next = createRefreshes();
  const steps = [next(0), next(HOUR_MS, 11), next(25 * HOUR_MS, 11), next(25 * HOUR_MS + MINUTE_MS, 11)];
  for (const [index, refresh] of steps.entries()) {
    histories.refreshed(refresh);
    await expect.poll(() => outcomes("kept")).toBe(index + 1);
  }
  const left = [...(steps[0]?.state.scores.value.keys() ?? [])].at(-1);
  const rows = (await kept()).map((refresh) => refresh.rows.find(({ symbol }) => symbol === left));
  expect(rows.map((row) => row?.scored)).toEqual([true, false, false, undefined]);
  expect(rows[1]).toMatchObject({ score: null, markPrice: rows[0]?.markPrice, knownInputs: 0 });
});

it("has no price of an earlier time where the tickers of a refresh could not be had", async () => {
  const { histories, outcomes, kept } = await start();
  histories.refreshed({ ...createRefreshes()(0), tickers: null });
  await expect.poll(() => outcomes("kept")).toBe(1);
  for (const row of (await kept())[0]?.rows ?? []) {
    expect(row).toMatchObject({ markPrice: null, fundingRate: null, openInterestUsd: null });
    expect(row.score).not.toBeNull();
  }
});

it("keeps nothing of a refresh whose scores are carried over", async () => {
  const { histories, outcomes, kept } = await start();
  const next = createRefreshes();
  const refresh = next(0);
  const { scores } = refresh.state;
  const stale = { ...scores, provenance: { ...scores.provenance, stale: true } };
  histories.refreshed({ ...refresh, state: { ...refresh.state, scores: stale } });
  histories.refreshed(next(MINUTE_MS));
  await expect.poll(() => outcomes("kept")).toBe(1);
  expect((await kept()).map(({ asOfMs }) => asOfMs)).toEqual([MARKET_NOW_MS + MINUTE_MS]);
});

it("publishes the days and each symbol's history at the first refresh, with prices from the candles", async () => {
  const { histories, document } = await start();
  const refresh = createRefreshes()(0);
  histories.refreshed(refresh);
  for (const [symbol, { candles }] of refresh.inputs) {
    await expect.poll(() => document(historyKey(symbol))).not.toBeNull();
    const history = (await document(historyKey(symbol))) as unknown as SymbolHistory;
    for (const route of HISTORY_ROUTES.filter(({ name }) => name === "symbolHistory")) {
      expect(route.read(JSON.stringify(history), symbol)).toMatchObject({ ok: true });
    }
    expect(history).toMatchObject({ symbol, sequence: refresh.sequence, method_version: METHOD_VERSION });
    expect(history.scores_since).toBe(refresh.state.asOfMs / 1000);
    const minutes = candles["1m"];
    const { price, to, step_s } = history.spans["6h"];
    expect(price.length).toBe(360);
    const close = minutes.known ? minutes.value.close.at(-1) : undefined;
    expect(minutes.known && minutes.asOfMs / 1000).toBe(to);
    expect(price.at(-1)).toBe(Number(close?.toPrecision(6)));
    expect(step_s).toBe(60);
  }
  const days = await document(DAYS_KEY);
  expect(HISTORY_ROUTES[0]?.read(JSON.stringify(days), "")).toMatchObject({ ok: true });
  expect(Object.keys(Object(days?.symbols)).toSorted()).toEqual([...refresh.inputs.keys()].toSorted());
});

it("publishes the days again when a half hour has closed or a symbol is new, and a history every 5 min", async () => {
  const { histories, document, outcomes } = await start();
  const next = createRefreshes();
  let refreshes = 0;
  /** Documents are published in the order of refreshes: one too many would be seen at the next step. */
  const expectAfter = async (laterMs: number, scored: number, sequences: readonly number[]): Promise<void> => {
    histories.refreshed(next(laterMs, scored));
    refreshes += 1;
    await expect.poll(() => outcomes("kept")).toBe(refreshes);
    await expect
      .poll(async () => [(await document(DAYS_KEY))?.sequence, (await document(historyKey("BTCUSDT")))?.sequence])
      .toEqual(sequences);
  };
  const toNext = (ms: number): number => ms - (MARKET_NOW_MS % ms);
  const fiveMinutesMs = toNext(5 * MINUTE_MS);
  await expectAfter(0, 11, [101, 101]);
  await expectAfter(1000, 11, [101, 101]);
  await expectAfter(2000, 12, [103, 101]);
  await expectAfter(fiveMinutesMs - 1, 12, [103, 101]);
  await expectAfter(fiveMinutesMs, 12, [103, 105]);
  await expectAfter(toNext(30 * MINUTE_MS), 12, [106, 106]);
  // The last half hour has not come from the exchange yet: once more, until it has.
  await expectAfter(toNext(30 * MINUTE_MS) + 1000, 12, [107, 106]);
});

it("shows the scores of the process before it, and says since when there are some", async () => {
  const first = await start();
  const next = createRefreshes();
  const refreshes = [next(0), next(2 * MINUTE_MS), next(4 * MINUTE_MS)];
  for (const [index, refresh] of refreshes.entries()) {
    first.histories.refreshed(refresh);
    await expect.poll(() => first.outcomes("kept")).toBe(index + 1);
  }
  await first.close();
  const second = await start(first.place.dataDir);
  second.histories.refreshed(next(6 * MINUTE_MS));
  await expect.poll(() => second.document(historyKey("BTCUSDT"))).not.toBeNull();
  const history = (await second.document(historyKey("BTCUSDT"))) as unknown as SymbolHistory;
  expect(history.scores_since).toBe(MARKET_NOW_MS / 1000);
  const { score, to } = history.spans["6h"];
  const shown = score.flatMap((value, at) => (value === null ? [] : [[to - 60 * (359 - at), value]]));
  const expected = [...refreshes.map(({ state }) => [Math.ceil(state.asOfMs / MINUTE_MS) * 60, state] as const)];
  for (const [at, state] of expected) {
    expect(shown).toContainEqual([at, state.scores.value.get("BTCUSDT")?.analysis.score]);
  }
});

it("loses history, and nothing else, while the disk takes none, and says when that begins and ends", async () => {
  const folder = await createTemporaryFolder();
  onTestFinished(() => folder.remove());
  // A file stands where the folder of the history would be.
  await mkdir(folder.path, { recursive: true });
  await writeFile(join(folder.path, "history"), "");
  const { histories, outcomes, reasons, told, document, lines, kept } = await start(folder.path);
  const next = createRefreshes();
  histories.refreshed(next(0));
  histories.refreshed(next(MINUTE_MS));
  await expect.poll(() => outcomes("lost")).toBe(2);
  expect(reasons()).toEqual(["store_unwritable:history"]);
  expect(told()).toBe(1);
  await expect.poll(() => document(historyKey("BTCUSDT"))).not.toBeNull();

  await rm(join(folder.path, "history"));
  histories.refreshed(next(2 * MINUTE_MS));
  await expect.poll(() => outcomes("kept")).toBe(1);
  expect(reasons()).toEqual([]);
  expect(told()).toBe(2);
  expect((await kept()).map(({ asOfMs }) => asOfMs)).toEqual([MARKET_NOW_MS + 2 * MINUTE_MS]);
  const outage = lines.filter(({ msg }) => msg.includes("history") && !msg.includes("The scores"));
  expect(outage.map(({ level }) => level)).toEqual(expect.arrayContaining(["warn", "info"]));
});

it("waits while another process writes the history, says so, and goes on when that has ended", async () => {
  const first = await start();
  const next = createRefreshes();
  first.histories.refreshed(next(0));
  await expect.poll(() => first.outcomes("kept")).toBe(1);
  const second = await start(first.place.dataDir);
  second.histories.refreshed(next(MINUTE_MS));
  await expect.poll(() => second.outcomes("waiting")).toBe(1);
  expect(second.reasons()).toEqual(["history_waiting"]);
  expect(second.lines.some(({ msg }) => msg.startsWith("Another process writes the history"))).toBe(true);
  await first.close();
  second.histories.refreshed(next(2 * MINUTE_MS));
  await expect.poll(() => second.outcomes("kept")).toBe(1);
  expect(second.reasons()).toEqual([]);
  expect((await second.kept()).map(({ asOfMs }) => dayOf(asOfMs))).toHaveLength(2);
});
