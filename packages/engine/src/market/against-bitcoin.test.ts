import { createRandom } from "@pulseboard/testing/random";
import { haveRecordings } from "@pulseboard/testing/recordings";
import { describe, expect, it } from "vitest";
import { movingInputs } from "../testing/closes.ts";
import { RECORDED_SYMBOLS, readRecordedKlines } from "../testing/recordings.ts";
import { type AgainstBitcoin, againstBitcoin } from "./against-bitcoin.ts";
import { priceMoves } from "./price-moves.ts";

const HOUR = 3_600_000;
const normals = (seed: number, count: number) => {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => 0.01 * random.normal());
};
const known = (result: ReturnType<typeof againstBitcoin>): AgainstBitcoin => {
  if (!result.known) {
    throw new Error(`expected figures, not ${result.reason}`);
  }
  return result;
};

describe("against Bitcoin", () => {
  const bitcoin = normals(1, 168);

  it("a symbol that does twice what Bitcoin does, and something of its own, has just that", () => {
    const extra = bitcoin.map((_, i) => (i === 167 ? 0.02 : 0));
    const result = known(
      againstBitcoin(
        bitcoin.map((value, i) => 2 * value + 0.001 + (extra[i] ?? 0)),
        bitcoin,
      ),
    );
    expect(result.beta).toBeCloseTo(2, 1);
    const day = bitcoin.subarray(-24).reduce((sum, value) => sum + value);
    expect(result.ownLogMove).toBeCloseTo(2 * day + 24 * 0.001 + 0.02 - result.beta * day, 12);
    expect(
      known(
        againstBitcoin(
          bitcoin.map((value) => -3 * value),
          bitcoin,
        ),
      ),
    ).toMatchObject({
      beta: expect.closeTo(-3, 12),
      correlation: expect.closeTo(-1, 12),
      ownLogMove: expect.closeTo(0, 12),
      hourlyReturns: 168,
    });
  });

  it("Bitcoin itself is 1, 1 and 0", () => {
    const own = known(againstBitcoin(bitcoin, bitcoin));
    expect(own.beta).toBeCloseTo(1, 12);
    expect(own.correlation).toBeCloseTo(1, 12);
    expect(own.correlation).toBeLessThanOrEqual(1);
    expect(own.ownLogMove).toBeCloseTo(0, 12);
  });

  it("counts the newest hours that both have", () => {
    const own = normals(2, 100);
    expect(againstBitcoin(own, bitcoin)).toEqual(againstBitcoin(own, bitcoin.subarray(-100)));
    expect(againstBitcoin(bitcoin, own)).toEqual(againstBitcoin(bitcoin.subarray(-100), own));
    expect(againstBitcoin(own, bitcoin)).not.toEqual(againstBitcoin(own, bitcoin.subarray(0, 100)));
  });

  it("is unknown for the reason of either, and where one does not move but for rounding", () => {
    const short = { known: false, reason: "too_short" } as const;
    const old = { known: false, reason: "stale_input" } as const;
    expect(againstBitcoin(short, old)).toEqual(short);
    expect(againstBitcoin(bitcoin, old)).toEqual(old);
    const steady = bitcoin.map((_, i) => Math.log(1.01 ** (i + 1) / 1.01 ** i));
    for (const [own, other] of [
      [steady, bitcoin],
      [bitcoin, steady],
      [new Float64Array(168), bitcoin],
    ] as const) {
      expect(againstBitcoin(own, other)).toEqual({ known: false, reason: "no_activity" });
    }
  });

  it("of the mirrored market keeps beta and correlation, and the own move changes its sign", () => {
    const own = normals(3, 168);
    const mirrored = (returns: Float64Array) => returns.map((value) => -value);
    const [one, other] = [known(againstBitcoin(own, bitcoin)), known(againstBitcoin(mirrored(own), mirrored(bitcoin)))];
    expect(other).toEqual({ ...one, ownLogMove: expect.closeTo(-one.ownLogMove, 12) });
  });

  it.runIf(haveRecordings())("of recorded candles is what other code computes, and plausible", () => {
    const nowMs = Date.UTC(2025, 5, 20, 12, 10);
    const endMs = nowMs - (nowMs % (HOUR / 2));
    const closesOf = (symbol: string) => {
      const { close, openTimeMs } = readRecordedKlines(symbol, 30);
      const at = (hoursAgo: number) => close[openTimeMs.indexOf(endMs - hoursAgo * HOUR - HOUR / 2)] ?? Number.NaN;
      return Array.from({ length: 169 }, (_, h) => Math.log(at(168 - h)));
    };
    const returnsOf = (logs: readonly number[]) => logs.slice(1).map((log, i) => log - (logs[i] ?? Number.NaN));
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    const movesOf = (symbol: string) => priceMoves(movingInputs(nowMs, { "30m": readRecordedKlines(symbol, 30) }));
    const x = returnsOf(closesOf("BTCUSDT"));
    const ofBitcoin = movesOf("BTCUSDT").hourlyReturns;
    for (const symbol of RECORDED_SYMBOLS) {
      const logs = closesOf(symbol);
      const y = returnsOf(logs);
      const [sx, sy, sxx, syy] = [sum(x), sum(y), sum(x.map((v) => v * v)), sum(y.map((v) => v * v))];
      const sxy = sum(x.map((v, i) => v * (y[i] ?? Number.NaN)));
      const beta = (168 * sxy - sx * sy) / (168 * sxx - sx * sx);
      const correlation = (168 * sxy - sx * sy) / Math.sqrt((168 * sxx - sx * sx) * (168 * syy - sy * sy));
      const found = known(againstBitcoin(movesOf(symbol).hourlyReturns, ofBitcoin));
      expect(found.beta).toBeCloseTo(beta, 9);
      expect(found.correlation).toBeCloseTo(correlation, 9);
      const day = (values: readonly number[]) => sum(values.slice(-24));
      expect(found.ownLogMove).toBeCloseTo(day(y) - beta * day(x), 9);
      // Large coins move with Bitcoin.
      expect(found.beta).toBeGreaterThan(0.4);
      expect(found.beta).toBeLessThan(2.5);
      expect(found.correlation).toBeGreaterThan(0.5);
    }
  });
});
