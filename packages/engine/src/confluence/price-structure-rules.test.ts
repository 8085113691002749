import { generateMarket, known } from "@pulseboard/testing/generated-market";
import { describe, expect, it } from "vitest";
import { candlePath, type PathCandle } from "../testing/candle-path.ts";
import { scoreSymbol } from "./score-symbol.ts";

const PERIOD_MS = 300_000;
const market = generateMarket({ seed: 3, price: 100, candles: 70, trades: 60, levels: 20 });

/** The result of one rule on 5m for candles drawn by hand. */
function reading(rule: string, path: readonly PathCandle[]) {
  const candles = { ...market.candles, "5m": known(candlePath(PERIOD_MS, path), PERIOD_MS) };
  const rules = scoreSymbol({ ...market, candles }).components.flatMap((component) => component.rules);
  const result = rules.find((one) => one.rule === rule)?.timeframes.find(({ timeframe }) => timeframe === "5m");
  return { signal: result?.signal, reason: result?.reason, sentence: result?.sentence };
}

const rising = (from: number, count: number, step = 0.05): PathCandle[] =>
  Array.from({ length: count }, (_, i) => ({ close: from + step * (i + 1) }));
const level = (close: number, count: number): PathCandle[] => Array.from({ length: count }, () => ({ close }));
const mirrored = (path: readonly PathCandle[]): PathCandle[] =>
  path.map(({ close, open, high, low, ...rest }) => ({
    ...rest,
    close: 200 - close,
    ...(open === undefined ? {} : { open: 200 - open }),
    ...(high === undefined ? {} : { low: 200 - high }),
    ...(low === undefined ? {} : { high: 200 - low }),
  }));

describe("trend position and range position", () => {
  it("a steady rise is above its averages, at the top of its range; a fall is the mirror", () => {
    const path = rising(90, 150);
    expect(reading("trend_position", path)).toMatchObject({ sentence: "Price above 3 of 3 moving averages on 5m." });
    expect(reading("trend_position", path).signal).toBeGreaterThan(0.3);
    expect(reading("range_position", path).signal).toBeGreaterThan(0.75);
    expect(reading("trend_position", mirrored(path)).signal).toBeCloseTo(
      -(reading("trend_position", path).signal ?? 0),
      9,
    );
  });

  it("an average counts once there are three times its period of candles", () => {
    expect(reading("trend_position", rising(90, 599, 0.01)).sentence).toContain("of 4 moving averages");
    expect(reading("trend_position", rising(90, 600, 0.01)).sentence).toContain("of 5 moving averages");
  });
});

describe("structure breaks", () => {
  const base = level(100, 60);
  const swingHigh: PathCandle[] = [
    { close: 100.5 },
    { close: 101, high: 101.2 },
    { close: 100.5 },
    { close: 100 },
    { close: 100 },
  ];

  it("a close above a confirmed swing high is a break up, and fades by half in 25 candles", () => {
    const broken = [...base, ...swingHigh, { close: 101.3 }];
    expect(reading("structure_breaks", broken)).toMatchObject({
      signal: 0.7,
      sentence: "Last break up through 101.20 on the last close (the first known) on 5m.",
    });
    expect(reading("structure_breaks", [...broken, ...level(101.3, 25)]).signal).toBeCloseTo(0.35, 12);
    expect(reading("structure_breaks", mirrored(broken)).signal).toBe(-0.7);
  });

  it("neither a wick above it nor a close at it is a break", () => {
    const wick = [...base, ...swingHigh, { close: 101, high: 105 }, { close: 101.2, open: 101 }];
    expect(reading("structure_breaks", wick)).toMatchObject({ signal: null, reason: "no_activity" });
  });

  it("a break against the previous one is a change of character and counts in full", () => {
    const swingLow: PathCandle[] = [
      { close: 101 },
      { close: 100.6, low: 100.4 },
      { close: 101 },
      { close: 101.2 },
      { close: 101.2 },
    ];
    const turned = [...base, ...swingHigh, ...level(101.3, 3), ...swingLow, { close: 100.3 }];
    expect(reading("structure_breaks", turned)).toMatchObject({ signal: -1 });
    expect(reading("structure_breaks", turned).sentence).toContain(
      "down through 100.40 on the last close (change of character)",
    );
  });
});

describe("support and resistance", () => {
  /** Swings between two prices, each of which is touched several times. */
  const between = (low: number, high: number): PathCandle[] =>
    Array.from({ length: 8 }, () => [low, (low + high) / 2, high, (low + high) / 2].map((close) => ({ close }))).flat();
  const path = (end: number) => [...level(100, 40), ...between(98, 102), ...between(98, 102), { close: end }];

  it("more room above than below is bullish; the middle is 0", () => {
    expect(reading("support_resistance", path(98.6)).signal).toBeGreaterThan(0.4);
    expect(reading("support_resistance", path(101.4)).signal).toBeLessThan(-0.4);
    expect(Math.abs(reading("support_resistance", path(100)).signal ?? 1)).toBeLessThan(0.05);
  });

  it("is unknown when one side has no level", () => {
    expect(reading("support_resistance", path(107))).toMatchObject({ signal: null, reason: "no_activity" });
  });
});

describe("order blocks and fair value gaps", () => {
  const quiet = Array.from({ length: 70 }, (_, i): PathCandle => ({ close: 100 + (i % 2) * 0.1 }));
  const leap: PathCandle = { close: 102, volume: 1000, low: 100 };

  it("the origin of an impulse on volume counts until a candle comes back to it", () => {
    const away = [...quiet, leap, { close: 102.2 }, { close: 102.3 }];
    expect(reading("order_blocks", away).sentence).toBe("Order blocks 1 below from 100.20 and 0 above on 5m.");
    expect(reading("order_blocks", away).signal).toBeGreaterThan(0);
    expect(reading("order_blocks", mirrored(away)).signal).toBeCloseTo(-(reading("order_blocks", away).signal ?? 0), 9);
    expect(reading("order_blocks", [...away, { close: 101, low: 100.1 }])).toMatchObject({ reason: "no_activity" });
    const silent = [...quiet, { ...leap, volume: 100 }, { close: 102.2 }];
    expect(reading("order_blocks", silent)).toMatchObject({ reason: "no_activity" });
  });

  it("a three-candle gap counts by its remaining size, until it is filled", () => {
    const open = [...quiet, leap, { close: 102.2 }];
    const half = [...open, { close: 101.5, low: 101 }];
    const gap = (path: readonly PathCandle[]) => reading("fair_value_gaps", path);
    expect(gap(open).sentence).toBe("Open gaps 1 below from 101.90 and 0 above on 5m.");
    expect(gap(open).signal).toBeGreaterThan(gap(half).signal ?? 1);
    expect(gap(half).signal).toBeGreaterThan(0);
    expect(gap([...half, { close: 100.1, low: 100, high: 102 }])).toMatchObject({
      signal: null,
      reason: "no_activity",
    });
  });
});
