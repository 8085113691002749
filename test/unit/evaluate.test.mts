import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { type Candles, METHOD_VERSION } from "@pulseboard/engine";
import { haveRecordings } from "@pulseboard/testing/recordings";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { describe, expect, it, onTestFinished } from "vitest";
import { METHOD_RECORDS } from "../../packages/engine/src/method-records.ts";
import { type Evaluation, evaluate } from "../../scripts/evaluate/evaluation.mjs";
import { fillEvaluation } from "../../scripts/evaluate/markdown.mjs";
import { evaluateOptions } from "../../scripts/evaluate/options.mjs";
import { pageOf } from "../../scripts/evaluate/page.mjs";
import { type Plan, planOf, type RecordedMarket } from "../../scripts/evaluate/plan.mjs";
import { progressBar } from "../../scripts/evaluate/progress-bar.mjs";
import { type EvaluatedRefresh, refreshesOf } from "../../scripts/evaluate/refreshes.mjs";
import { scoreOneSymbol } from "../../scripts/evaluate/symbol-scores.mjs";
import { readCandleFiles, symbolsIn } from "../../scripts/lib/candle-files.mjs";
import { closeAt, readRecordedCandles } from "../../scripts/measure-score/recorded-candles.mjs";
import { meanOf, rankCorrelation } from "../../scripts/measure-score/statistics.mjs";

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MIN_SYMBOLS = 3;

function readMarket(): readonly RecordedMarket[] {
  return ["BTCUSDT", "DOGEUSDT", "SOLUSDT"].map((symbol) => ({ symbol, candles: readRecordedCandles(symbol) }));
}

const refreshesBy = (market: readonly RecordedMarket[], plan: Plan): readonly EvaluatedRefresh[] => {
  const scores = market.map((recorded) => scoreOneSymbol(recorded, plan));
  return [...refreshesOf(market, scores, plan, MIN_SYMBOLS)];
};

/** The candles as they are, but each that closes later is another one. */
function alteredAfter(candles: Candles, timeMs: number): Candles {
  const change = (column: Float64Array) =>
    column.map((value, i) =>
      (candles.openTimeMs[i] ?? 0) + candles.intervalMs > timeMs ? value * (1.5 + Math.sin(i)) : value,
    );
  return {
    ...candles,
    open: change(candles.open),
    high: change(candles.high),
    low: change(candles.low),
    close: change(candles.close),
    volumeBase: change(candles.volumeBase),
  };
}

describe.runIf(haveRecordings())("two recorded days of three symbols, folded each quarter of an hour", () => {
  const market = haveRecordings() ? readMarket() : [];
  const asked = { fromMs: null, toMs: Date.UTC(2025, 5, 11, 12), everyMs: QUARTER_MS, foldMs: QUARTER_MS };

  it("lose to warming up what the engine needs for all timeframes, and an hour for the average", () => {
    const plan = planOf(market, asked);
    expect(new Date(plan.knownMs).toISOString()).toBe("2025-06-09T20:00:00.000Z");
    expect(plan).toMatchObject({ beginMs: plan.knownMs, fromMs: plan.knownMs + HOUR_MS, endMs: asked.toMs });
    const { minCandles } = METHOD_RECORDS.timeframe;
    const closed = market.map(
      ({ candles }) => candles["4h"].openTimeMs.filter((timeMs) => timeMs + 4 * HOUR_MS <= plan.knownMs).length,
    );
    expect(closed).toEqual([minCandles, minCandles, minCandles]);
    expect(planOf(market, { ...asked, fromMs: Date.UTC(2025, 5, 11) }).fromMs).toBe(Date.UTC(2025, 5, 11));
    expect(() => planOf(market, { ...asked, toMs: plan.fromMs })).toThrow(
      "nothing to evaluate: the recording is from 2025-05-30 16:39 UTC to 2025-06-29 16:42 UTC, and scores count from 2025-06-09 21:00 UTC on",
    );
  });

  it("give figures that are what other code computes, from scores that the future does not change", () => {
    const plan = planOf(market, asked);
    const scores = market.map((recorded) => scoreOneSymbol(recorded, plan));
    const refreshes = [...refreshesOf(market, scores, plan, MIN_SYMBOLS)];
    const evaluation = evaluate(market, scores, plan, { minSymbols: MIN_SYMBOLS, horizons: ["1h"] });

    const dayMs = Date.UTC(2025, 5, 10);
    const moments = refreshes.filter(({ asOfMs }) => asOfMs >= dayMs && asOfMs < dayMs + DAY_MS);
    const correlation = (value: (row: EvaluatedRefresh["rows"][number]) => number | null) =>
      meanOf(
        moments.map(({ asOfMs, rows }) => {
          const enteredMs = asOfMs + QUARTER_MS;
          const returns = market.map(({ candles }) =>
            Math.log(closeAt(candles, enteredMs + HOUR_MS) / closeAt(candles, enteredMs)),
          );
          return rankCorrelation(
            rows.map((row) => value(row) ?? Number.NaN),
            returns,
          );
        }),
      );
    const { days, readings, ranked } = evaluation.summary.horizons["1h"] ?? {};
    // The evening before has too few moments.
    expect(days).toMatchObject({ counted: 1, tooFewMoments: 1 });
    expect(readings).toEqual({ present: 3 * (96 + 12), missing: 0, delisted: 0 });
    expect(ranked?.score?.claim).toEqual({ kind: "collecting", day: 1, of: 14 });
    const oneDay = evaluate(market, scores, { ...plan }, { minSymbols: MIN_SYMBOLS, horizons: ["1h"] });
    expect(oneDay).toEqual(evaluation);
    const sums = new Map(Object.entries(evaluation.scoreLess["1h"] ?? {}));
    expect(sums.get("momentum_24h")?.difference).toBeCloseTo(
      correlation(({ score }) => score) - correlation(({ momentum24h }) => momentum24h),
      12,
    );
    expect(sums.get("momentum_1h")?.difference).toBeCloseTo(
      correlation(({ score }) => score) - correlation(({ momentum1h }) => momentum1h),
      12,
    );

    const altersMs = Date.UTC(2025, 5, 10, 9);
    const altered = market.map(({ symbol, candles }) => ({
      symbol,
      candles: {
        "1m": alteredAfter(candles["1m"], altersMs),
        "5m": alteredAfter(candles["5m"], altersMs),
        "30m": alteredAfter(candles["30m"], altersMs),
        "4h": alteredAfter(candles["4h"], altersMs),
      },
    }));
    const again = refreshesBy(altered, { ...plan, endMs: altersMs + QUARTER_MS });
    const until = refreshes.findIndex(({ asOfMs }) => asOfMs > altersMs);
    expect(until).toBe(53);
    // To the last bit: a zero's sign as well.
    expect(again.slice(0, until)).toStrictEqual(refreshes.slice(0, until));
    expect(
      refreshes.slice(4, until).every(({ rows }) => rows.every(({ scored, outlook }) => scored && outlook !== null)),
    ).toBe(true);
    for (const [index, row] of (refreshes[until]?.rows ?? []).entries()) {
      const other = again[until]?.rows[index];
      expect([other?.score, other?.outlook, other?.momentum1h, other?.markPrice]).not.toContain(row.score);
      expect(other?.momentum1h).not.toBe(row.momentum1h);
      expect(other?.outlook).not.toBe(row.outlook);
    }
  });
});

describe("options", () => {
  const candles = import.meta.dirname;

  it.each([
    [{}, "--candles is missing: give the folder of recorded candles"],
    [{ candles: "/nowhere" }, "--candles /nowhere: there is no such folder"],
    [{ candles, from: "2025-06-12", to: "2025-06-11" }, "--from 2025-06-12 is after --to 2025-06-11"],
    [{ candles, from: "12 June" }, "--from 12 June is not usable"],
    [{ candles, to: "2025-06-31" }, "--to 2025-06-31 is not usable"],
    [{ candles, horizons: "1h,2h" }, "--horizons 1h,2h: 2h is none of 1h, 4h, 24h"],
    [{ candles, horizons: "" }, "--horizons : nothing is none of 1h, 4h, 24h"],
    [{ candles, every: "7m" }, "--every 7m is not usable: it must divide a day"],
    [{ candles, every: "soon" }, "--every soon is not usable: give minutes or hours"],
    [{ candles, fold: "0m" }, "--fold 0m is not usable"],
    [{ candles, fold: "4m" }, "--fold 4m is not usable: it must divide --every 15m, and be at most 1h"],
    [{ candles, fold: "2h", every: "4h" }, "--fold 2h is not usable"],
    [{ candles, "min-symbols": "4" }, "--min-symbols 4 is not usable: give a whole number from 5 on"],
  ])("%j: %s", (given, message) => {
    expect(() => evaluateOptions(given)).toThrow(message);
  });

  it("have defaults, and a day is meant whole", () => {
    expect(evaluateOptions({ candles, from: "2025-06-10", to: "2025-06-10", horizons: "24h,1h" })).toEqual({
      candles,
      fromMs: Date.UTC(2025, 5, 10),
      toMs: Date.UTC(2025, 5, 11) - 1,
      everyMs: QUARTER_MS,
      foldMs: MINUTE_MS,
      horizons: ["1h", "24h"],
      minSymbols: null,
    });
  });
});

describe("a folder of candles", () => {
  const HEAD = "timestamp,open,high,low,close,volume";
  const row = (minute: number) => `${minute * MINUTE_MS},2,3,1,2,5`;
  const whole = (minutes: number) => `${HEAD}\n${row(0)}\n${row(minutes)}\n`;

  async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
    const { path: folder, remove } = await createTemporaryFolder();
    onTestFinished(remove);
    for (const minutes of [1, 5, 30, 240]) {
      mkdirSync(`${folder}/${minutes}`);
      writeFileSync(`${folder}/${minutes}/AUSDT.csv`, whole(minutes));
    }
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(`${folder}/${name}`, content);
    }
    return folder;
  }

  it("is read, packed or not", async () => {
    const folder = await folderWith({ "1/BUSDT.csv.gz": gzipSync(whole(1)) });
    expect(() => symbolsIn(folder)).toThrow(`${folder}/5 has no file of BUSDT`);
    for (const minutes of [5, 30, 240]) {
      writeFileSync(`${folder}/${minutes}/BUSDT.csv.gz`, gzipSync(whole(minutes)));
    }
    expect(symbolsIn(folder)).toEqual(["AUSDT", "BUSDT"]);
    expect(readCandleFiles(folder, "BUSDT")).toEqual(readCandleFiles(folder, "AUSDT"));
    expect([...readCandleFiles(folder, "AUSDT")["4h"].openTimeMs]).toEqual([0, 4 * HOUR_MS]);
    expect(() => symbolsIn(`${folder}/1`)).toThrow(`there is no folder ${folder}/1/1: candles are in 1, 5, 30, 240`);
  });

  it.each([
    ["1/AUSDT.csv", "", 'is damaged: its first line is not "timestamp,'],
    ["1/AUSDT.csv", `${HEAD}\n`, "has no candle"],
    ["5/AUSDT.csv", `${HEAD}\n${row(0)}\n300000,2,3`, "is damaged: line 3 has not six numbers"],
    ["5/AUSDT.csv", `${HEAD}\n0,2,3,1,,5`, "is damaged: line 2 has not six numbers"],
    ["5/AUSDT.csv", whole(1), "is damaged: line 3 does not begin a candle of 5 min"],
    ["1/AUSDT.csv", `${HEAD}\n${row(1)}\n${row(1)}`, "is damaged: line 3 is not later than the one before"],
    ["1/AUSDT.csv", `${HEAD}\n0,2,3,2.5,2,5`, "is damaged: line 2 is no possible candle"],
    ["30/AUSDT.csv.gz", gzipSync(whole(30)).subarray(0, 40), "cannot be read: unexpected end of file"],
    ["240/AUSDT.csv.gz", whole(240), "cannot be read: incorrect header check"],
  ])("%s that is damaged is named with the reason", async (name, content, reason) => {
    const folder = await folderWith({ [name]: content });
    expect(() => readCandleFiles(folder, "AUSDT")).toThrow(`${folder}/${name} ${reason}`);
  });
});

describe("the page", () => {
  const evaluation: Evaluation = JSON.parse(
    readFileSync(new URL("../../docs/evaluation.json", import.meta.url), "utf8"),
  );
  const page = pageOf(evaluation);

  it("needs nothing but itself", () => {
    expect(page).not.toMatch(/\b(?:src|href)=|url\(|@import|<script/);
    expect(page.match(/<svg /g)).toHaveLength(6);
  });

  it("says each bar's share with its interval, and puts the line at 50 %", () => {
    for (const { ranked } of Object.values(evaluation.summary.horizons)) {
      for (const share of ranked.score?.groups.all?.share ?? []) {
        expect(share.low).not.toBeNull();
        const [ratio, low, high] = [share.ratio, share.low ?? 0, share.high ?? 0].map((value) =>
          (100 * value).toFixed(1),
        );
        expect(page).toContain(`${ratio} % [${low}, ${high}]</title>`);
      }
    }
    expect(page.match(/class="middle"/g)).toHaveLength(6);
    expect(page.match(/>50<\/text>/g)).toHaveLength(3);
  });
});

describe("docs/evaluation.md", () => {
  it("says what docs/evaluation.json has; otherwise run `npm run docs:evaluation`", () => {
    const text = readFileSync(new URL("../../docs/evaluation.md", import.meta.url), "utf8");
    const evaluation: Evaluation = JSON.parse(
      readFileSync(new URL("../../docs/evaluation.json", import.meta.url), "utf8"),
    );
    expect(text).toBe(fillEvaluation(text, evaluation));
    expect(evaluation.methodVersion).toBe(METHOD_VERSION);
  });
});

describe("a progress bar", () => {
  const drawnOn = (isTTY: boolean) => {
    const written: string[] = [];
    const bar = progressBar({ isTTY, write: (text) => written.push(text) }, "scoring", 4);
    bar.advance(1);
    bar.advance(1);
    bar.end();
    return written;
  };

  it("is drawn on a terminal, and nowhere else", () => {
    expect(drawnOn(true).slice(0, 2)).toEqual([
      `\rscoring [${"#".repeat(7)}${" ".repeat(23)}] 25 %`,
      `\rscoring [${"#".repeat(15)}${" ".repeat(15)}] 50 %`,
    ]);
    expect(drawnOn(false)).toEqual([]);
  });
});
