import { generateMarket, known, MARKET_NOW_MS } from "@pulseboard/testing/generated-market";
import { describe, expect, it } from "vitest";
import { sliceCandles } from "../candles/slice-candles.ts";
import { EngineInputError } from "../domain/engine-input-error.ts";
import type { Candles, Ticker } from "../domain/market-data.ts";
import type { Input, SymbolInputs } from "../domain/symbol-inputs.ts";
import { columnOf } from "../indicators/columns.ts";
import { fiveMinuteChange } from "./five-minute-change.ts";

const MINUTE_MS = 60_000;
const FIVE_MINUTES_MS = 300_000;
const NOT_PROVIDED = { known: false, reason: "not_provided", periodMs: MINUTE_MS } as const;

describe("the change of the last 5 minutes", () => {
  it("runs from the last minute that ended 5 minutes ago to the ticker's price", () => {
    // Each close is its place from the end, so that a wrong minute gives another figure.
    const minutes = closes(30, (i) => 130 - i, MINUTE_MS);
    const at = (secondsLater: number) => changeOf({ minutes, lastPrice: 200, nowMs: NOW + secondsLater * 1000 });
    expect(at(0).changePercent.value).toBeCloseTo((200 / closeAgo(minutes, 5) - 1) * 100, 9);
    expect(at(59).changePercent.value).toBeCloseTo((200 / closeAgo(minutes, 5) - 1) * 100, 9);
    // A minute later one more candle would have closed, and the window begins a minute later.
    expect(at(60).changePercent.value).toBeCloseTo((200 / closeAgo(minutes, 4) - 1) * 100, 9);
  });

  it("without a ticker, or with one older than the candles, runs to the last close", () => {
    const minutes = closes(30, (i) => 100 + i, MINUTE_MS);
    const expected = (closeAgo(minutes, 0) / closeAgo(minutes, 5) - 1) * 100;
    expect(changeOf({ minutes }).changePercent.value).toBeCloseTo(expected, 9);
    const older = { ...ticker(7), asOfMs: NOW - 1 };
    expect(fiveMinuteChange(inputs({ minutes, quote: older })).changePercent.value).toBeCloseTo(expected, 9);
  });

  it("is measured in deviations of the returns between the last 500 closes of 5m", () => {
    // What lies before is wild, and so is the first of the 499 returns.
    const wild = (i: number) => (i < 200 ? 50 + 40 * Math.sin(i) : 0);
    const fives = closes(700, (i) => 100 + wild(i) + (i === 200 ? 30 : Math.cos(i)), FIVE_MINUTES_MS);
    const returns = [...fives.close]
      .slice(200)
      .flatMap((close, i, all) => (i === 0 ? [] : [Math.log(close / (all[i - 1] ?? 0))]));
    const centre = returns.reduce((sum, value) => sum + value, 0) / 499;
    const deviation = Math.sqrt(returns.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 499);
    const { changePercent, deviations } = changeOf({ minutes: closes(10, () => 1, MINUTE_MS), fives, lastPrice: 0.95 });
    expect(changePercent.value).toBeCloseTo(-5, 9);
    expect(deviations.value).toBeCloseTo(Math.log(0.95) / deviation, 9);
  });

  it("counts only the 5m candles after a hole, and only closed ones", () => {
    const fives = closes(500, (i) => 1 + 0.01 * Math.sin(i) ** 3, FIVE_MINUTES_MS);
    const minutes = closes(10, () => 1, MINUTE_MS);
    const after = changeOf({ minutes, fives: sliceCandles(fives, 300, 500), lastPrice: 1.01 });
    const holed = {
      ...fives,
      openTimeMs: fives.openTimeMs.map((time, i) => (i < 300 ? time - FIVE_MINUTES_MS : time)),
    };
    expect(changeOf({ minutes, fives: holed, lastPrice: 1.01 })).toEqual(after);
    expect(changeOf({ minutes, fives, lastPrice: 1.01 })).not.toEqual(after);
    const late = changeOf({ minutes, fives, lastPrice: 1.01, nowMs: NOW });
    const withOpen = closes(
      501,
      (i) => (i === 500 ? 9 : (fives.close[i] ?? 0)),
      FIVE_MINUTES_MS,
      NOW + FIVE_MINUTES_MS,
    );
    expect(changeOf({ minutes, fives: withOpen, lastPrice: 1.01 })).toEqual(late);
  });

  it.each<[string, Partial<Case>, string, string]>([
    ["there are no candles", { minutes: NOT_PROVIDED }, "not_provided", "not_provided"],
    ["the history is too short", { minutes: closes(5, () => 1, MINUTE_MS) }, "too_short", "too_short"],
    ["the minute has a hole", { minutes: holedAt(5) }, "too_short", "too_short"],
    ["the newest minute is 6 minutes old", { nowMs: NOW + 6 * MINUTE_MS, lastPrice: 1 }, "stale_input", "stale_input"],
    ["there are 59 candles of 5m", { fives: closes(59, Math.cosh, FIVE_MINUTES_MS) }, "", "too_short"],
    ["there are no candles of 5m", { fives: NOT_PROVIDED }, "", "not_provided"],
    ["the price was 0", { minutes: closes(30, () => 0, MINUTE_MS), lastPrice: 1 }, "no_activity", "no_activity"],
    ["a 5m candle closed at 0", { fives: closes(60, (i) => i % 7, FIVE_MINUTES_MS) }, "", "no_activity"],
    [
      "all returns are equal but for rounding",
      { fives: closes(60, (i) => 1.01 ** i, FIVE_MINUTES_MS) },
      "",
      "no_activity",
    ],
    ["the 5m candles are flat", { fives: closes(60, () => 3, FIVE_MINUTES_MS) }, "", "no_activity"],
  ])("is unknown where %s", (_name, changes, changeReason, deviationsReason) => {
    const { changePercent, deviations } = changeOf(changes);
    expect([changePercent.reason ?? "", deviations.reason]).toEqual([changeReason, deviationsReason]);
    expect(changePercent.value === null).toBe(changeReason !== "");
    expect(deviations.value).toBeNull();
  });

  it("needs no more than it says: 6 minutes, 60 candles of 5m", () => {
    const enough = changeOf({
      minutes: closes(6, () => 1, MINUTE_MS),
      fives: closes(60, (i) => 2 + Math.sin(i), FIVE_MINUTES_MS),
    });
    expect(enough.changePercent).toEqual({ value: 0, reason: null });
    expect(enough.deviations).toEqual({ value: 0, reason: null });
  });

  it("refuses candles and tickers that cannot be right", () => {
    const minutes = closes(30, (i) => (i === 20 ? Number.NaN : 1), MINUTE_MS);
    expect(() => changeOf({ minutes })).toThrow(
      new EngineInputError("candles.1m.open[20]", "is NaN, not a finite number of at least 0"),
    );
    expect(() => changeOf({ lastPrice: Number.NaN })).toThrow(EngineInputError);
    expect(() => changeOf({ nowMs: Number.NaN })).toThrow(EngineInputError);
  });

  it("is there for a whole market", () => {
    const { changePercent, deviations } = fiveMinuteChange(generateMarket({ seed: 3, quietShare: 0 }));
    expect(Math.abs(changePercent.value ?? Number.NaN)).toBeLessThan(20);
    expect(Math.sign(deviations.value ?? Number.NaN)).toBe(Math.sign(changePercent.value ?? 0));
  });
});

const NOW = MARKET_NOW_MS;

interface Case {
  readonly minutes: Candles | typeof NOT_PROVIDED;
  readonly fives: Candles | typeof NOT_PROVIDED;
  readonly lastPrice: number;
  readonly nowMs: number;
  readonly quote: Input<Ticker>;
}

function changeOf(changes: Partial<Case>) {
  const { lastPrice, nowMs = NOW } = changes;
  return fiveMinuteChange(
    inputs({ ...changes, quote: lastPrice === undefined ? NOT_PROVIDED : { ...ticker(lastPrice), asOfMs: nowMs } }),
  );
}

function inputs({ minutes, fives, quote = NOT_PROVIDED, nowMs = NOW }: Partial<Case>): SymbolInputs {
  const market = generateMarket({ seed: 1 });
  const input = (candles: Candles | typeof NOT_PROVIDED): Input<Candles> =>
    "known" in candles ? candles : known(candles, candles.intervalMs, NOW);
  return {
    ...market,
    nowMs,
    ticker: quote,
    candles: {
      ...market.candles,
      "1m": input(minutes ?? closes(30, () => 1, MINUTE_MS)),
      "5m": input(fives ?? closes(100, (i) => 2 + Math.sin(i), FIVE_MINUTES_MS)),
    },
  };
}

function ticker(lastPrice: number) {
  const { ticker: generated } = generateMarket({ seed: 1 });
  if (!generated.known) {
    throw new Error("a generated market has a ticker");
  }
  return { ...generated, value: { ...generated.value, lastPrice } };
}

/** Candles of which only the closes matter; the last one closes at `endMs`. */
function closes(count: number, close: (index: number) => number, intervalMs: number, endMs = NOW): Candles {
  const column = columnOf(count, close);
  const openTimeMs = columnOf(count, (i) => endMs - (count - i) * intervalMs);
  return { intervalMs, openTimeMs, open: column, high: column, low: column, close: column, volumeBase: column };
}

function holedAt(back: number): Candles {
  const whole = closes(30, () => 1, MINUTE_MS);
  return { ...whole, openTimeMs: whole.openTimeMs.map((time, i) => (i < 30 - back ? time - 3 * MINUTE_MS : time)) };
}

function closeAgo({ close }: Candles, minutes: number): number {
  return close[close.length - 1 - minutes] ?? Number.NaN;
}
