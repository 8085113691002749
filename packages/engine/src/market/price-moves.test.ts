import { describe, expect, it } from "vitest";
import { EngineInputError } from "../domain/engine-input-error.ts";
import type { Candles } from "../domain/market-data.ts";
import { candlesOfCloses, movingInputs } from "../testing/closes.ts";
import { logMove, priceMoves } from "./price-moves.ts";

const MINUTE = 60_000;
const NOW = 30 * MINUTE * 1_000_000;
/** Each close is another one, so that a wrong candle gives another figure. */
const closes = (count: number) => Array.from({ length: count }, (_, i) => 100 + (count - i) ** 1.5 / 10);
const thirties = (count: number, endMs = NOW) => candlesOfCloses(closes(count), 30 * MINUTE, endMs);
const fives = (count: number, endMs = NOW) => candlesOfCloses(closes(count), 5 * MINUTE, endMs);
/** By the newest close, counted from 1 at the end. */
const closeAgo = (candles: number) => 100 + (candles + 1) ** 1.5 / 10;
const logOver = (candles: number) => Math.log(closeAgo(0) / closeAgo(candles));

const at = (candles: Partial<Record<"5m" | "30m", Candles>>, nowMs = NOW) => priceMoves(movingInputs(nowMs, candles));

describe("the moves of a price", () => {
  it("are the logs of the newest close over those 1, 4, 24 and 72 h before", () => {
    const { moves } = at({ "5m": fives(49), "30m": thirties(145) });
    for (const [index, candles] of [12, 48, 48, 144].entries()) {
      expect((moves as Float64Array)[index]).toBeCloseTo(logOver(candles), 13);
    }
    expect(logMove(movingInputs(NOW, { "5m": fives(289) }), "5m", 24)).toBeCloseTo(logOver(288), 13);
  });

  it("of an hour each go back 7 days from the newest close, by every second candle of 30m", () => {
    const { hourlyReturns } = at({ "30m": thirties(600) });
    const returns = [...(hourlyReturns as Float64Array)];
    expect(returns).toHaveLength(168);
    expect(returns.at(-1)).toBeCloseTo(Math.log(closeAgo(0) / closeAgo(2)), 13);
    expect(returns[0]).toBeCloseTo(Math.log(closeAgo(334) / closeAgo(336)), 13);
    expect((at({ "30m": thirties(146) }).hourlyReturns as Float64Array).length).toBe(72);
  });

  it.each([
    ["72 h of 30m candles need 145 of them", { "5m": fives(60), "30m": thirties(144) }, "too_short", "too_short"],
    ["4 h of 5m candles need 49 of them", { "5m": fives(48), "30m": thirties(145) }, "too_short", null],
    ["without candles of 30m", { "5m": fives(60) }, "not_provided", "not_provided"],
    ["without candles of 5m", { "30m": thirties(145) }, "not_provided", null],
    ["with empty candles", { "5m": fives(60), "30m": thirties(0) }, "too_short", "too_short"],
    [
      "without the newest candle of 5m",
      { "5m": fives(60, NOW - 5 * MINUTE), "30m": thirties(145) },
      "stale_input",
      null,
    ],
    [
      "without the newest candle of 30m",
      { "5m": fives(60), "30m": thirties(200, NOW - 30 * MINUTE) },
      "stale_input",
      "stale_input",
    ],
    ["with a hole", { "5m": fives(60), "30m": holed(thirties(300), 140) }, "too_short", "too_short"],
    ["from a price of 0", { "5m": fives(60), "30m": zero(thirties(300), 156) }, "no_activity", "no_activity"],
    ["after a price of 0", { "5m": fives(60), "30m": zero(thirties(300), 100) }, null, "no_activity"],
  ])("%s", (_name, candles, movesReason, returnsReason) => {
    const { moves, hourlyReturns } = at(candles);
    const reasons = [moves, hourlyReturns].map((part) => ("reason" in part ? part.reason : null));
    expect(reasons).toEqual([movesReason, returnsReason]);
  });

  it("a candle is the newest until the next one must have closed", () => {
    const candles = { "5m": fives(60), "30m": thirties(200) };
    const now = at(candles);
    expect(at(candles, NOW + 5 * MINUTE - 1)).toEqual(now);
    expect(at(candles, NOW + 5 * MINUTE).moves).toMatchObject({ reason: "stale_input" });
    expect(at(candles, NOW + 30 * MINUTE - 1).hourlyReturns).toEqual(now.hourlyReturns);
  });

  it("do not see candles that close later, whatever they say", () => {
    const [before, after] = [fives(100), fives(112)];
    const close = after.close.map((each, i) => (i < 100 ? (before.close[i] ?? 0) : each * 2));
    const later = { ...after, open: close, high: close, low: close, close };
    const of30m = thirties(200);
    const moved = { ...later, openTimeMs: later.openTimeMs.map((time) => time + 12 * 5 * MINUTE) };
    expect(at({ "5m": moved, "30m": of30m })).toEqual(at({ "5m": before, "30m": of30m }));
  });

  it("refuse candles that cannot be right", () => {
    const wrong = { ...fives(60), close: new Float64Array(3) };
    expect(() => at({ "5m": wrong, "30m": thirties(145) })).toThrow(EngineInputError);
    expect(() => logMove(movingInputs(Number.NaN, { "5m": fives(60) }), "5m", 1)).toThrow("nowMs is NaN");
  });
});

function holed(candles: Candles, before: number): Candles {
  const { openTimeMs, intervalMs } = candles;
  return { ...candles, openTimeMs: openTimeMs.map((time, i) => (i < 300 - before ? time - intervalMs : time)) };
}

function zero(candles: Candles, index: number): Candles {
  const close = candles.close.map((value, i) => (i === index - 1 ? 0 : value));
  return { ...candles, open: close, high: close, low: close, close };
}
