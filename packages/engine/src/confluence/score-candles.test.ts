import { generateMarket } from "@pulseboard/testing/generated-market";
import { describe, expect, it } from "vitest";
import { sliceCandles } from "../candles/slice-candles.ts";
import { EngineInputError } from "../domain/engine-input-error.ts";
import type { Candles } from "../domain/market-data.ts";
import { type Input, type KnownInput, type SymbolInputs, TIMEFRAMES, type Timeframe } from "../domain/symbol-inputs.ts";
import { describeLaw } from "../testing/describe-law.ts";
import { signalTable } from "../testing/signals.ts";
import { scoreCandles } from "./score-candles.ts";
import { scoreSymbol } from "./score-symbol.ts";

const UNKNOWN = { known: false, reason: "not_provided", periodMs: 1 } as const;

function candlesOf(input: Input<Candles>): Candles {
  if (!input.known) {
    throw new Error("The market has no candles");
  }
  return input.value;
}

/** The input as old as its last candle says. */
function ofItsTime(input: KnownInput<Candles>): KnownInput<Candles> {
  return { ...input, asOfMs: (input.value.openTimeMs.at(-1) ?? Number.NaN) + input.value.intervalMs };
}

/** The same market with nothing known but the candles of some timeframes. */
function onlyCandles(market: SymbolInputs, given: readonly Timeframe[]): SymbolInputs {
  const candles = Object.fromEntries(
    TIMEFRAMES.map((timeframe) => {
      const input = market.candles[timeframe];
      return [timeframe, given.includes(timeframe) && input.known ? ofItsTime(input) : UNKNOWN];
    }),
  ) as SymbolInputs["candles"];
  return {
    symbol: market.symbol,
    nowMs: market.nowMs,
    candles,
    ticker: UNKNOWN,
    book: UNKNOWN,
    trades: UNKNOWN,
    openInterestBase: UNKNOWN,
    longAccountShare: UNKNOWN,
    fundingRate8h: UNKNOWN,
    liquidations: UNKNOWN,
  };
}

describeLaw("a score from candles alone is that of scoreSymbol with everything else unknown", 12, (market, seed) => {
  const given = TIMEFRAMES.filter((timeframe, i) => market.candles[timeframe].known && ((seed >> i) & 1) === 1);
  const candles = Object.fromEntries(given.map((timeframe) => [timeframe, candlesOf(market.candles[timeframe])]));
  const { symbol, nowMs } = market;
  const analysis = scoreCandles({ symbol, nowMs, candles });
  expect(analysis).toEqual(scoreSymbol(onlyCandles(market, given)));
  expect(analysis.reliability).toBeLessThanOrEqual(0.12);
});

describe("a score from candles alone", () => {
  const market = generateMarket({ seed: 3 });
  const { symbol, nowMs } = market;
  const halfHours = candlesOf(market.candles["30m"]);

  it("has null, not_provided and no neutral figure for all that candles do not tell", () => {
    const candles = Object.fromEntries(TIMEFRAMES.map((each) => [each, candlesOf(market.candles[each])]));
    const analysis = scoreCandles({ symbol, nowMs, candles });
    const byName = Object.fromEntries(analysis.components.map((each) => [each.component, each]));
    for (const name of ["orderflow", "orderbook", "sentiment"]) {
      expect(byName[name]).toMatchObject({ signal: null, score: null, reason: "not_provided", contribution: 0 });
    }
    for (const name of ["technical", "volume", "price_structure"]) {
      expect(byName[name]).toMatchObject({ signal: expect.any(Number), reason: null });
    }
    const missing = byName.volume?.rules
      .filter(({ signal }) => signal === null)
      .map(({ rule, reason }) => [rule, reason]);
    expect(missing).toEqual([["volume_delta", "not_provided"]]);
    expect(analysis.score).not.toBeNull();
  });

  it("uses the timeframes given, and leaves out the others", () => {
    const table = signalTable(scoreCandles({ symbol, nowMs, candles: { "30m": halfHours } }));
    expect(table["technical.rsi.30m"]).toEqual(expect.any(Number));
    expect([table["technical.rsi.5m"], table["volume.vwap"]]).toEqual(["not_provided", "not_provided"]);
  });

  it("does not depend on candles that close after now", () => {
    const beforeLastMs = nowMs - 1;
    const scored = scoreCandles({ symbol, nowMs: beforeLastMs, candles: { "30m": halfHours } });
    const shorter = Object.fromEntries(
      Object.entries(halfHours).map(([name, column]) => [
        name,
        typeof column === "number" ? column : column.slice(0, -1),
      ]),
    ) as unknown as Candles;
    expect(scored).toEqual(scoreCandles({ symbol, nowMs: beforeLastMs, candles: { "30m": shorter } }));
  });

  it("of empty candles is null, too_short; without any, not_provided; of old ones, stale_input", () => {
    const empty = sliceCandles(halfHours, 0, 0);
    const reason = (candles: Partial<Record<Timeframe, Candles>>, atMs = nowMs) => {
      const analysis = scoreCandles({ symbol, nowMs: atMs, candles });
      expect(analysis.score).toBeNull();
      return signalTable(analysis)["technical.rsi.30m"];
    };
    expect(reason({ "30m": empty })).toBe("too_short");
    expect(reason({})).toBe("not_provided");
    expect(reason({ "30m": halfHours }, nowMs + 10 * 1_800_000)).toBe("stale_input");
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses %s as the time of now", (now) => {
    expect(() => scoreCandles({ symbol, nowMs: now, candles: { "30m": halfHours } })).toThrow(
      new EngineInputError("nowMs", `is ${now}, not a time in Unix ms`),
    );
  });

  it("refuses candles under the name of another timeframe", () => {
    expect(() => scoreCandles({ symbol, nowMs, candles: { "5m": halfHours } })).toThrow(
      new EngineInputError("candles.5m.intervalMs", "is 1800000, not 300000"),
    );
  });
});
