import { generateMarket, MARKET_NOW_MS } from "@pulseboard/testing/generated-market";
import { describe, expect, it } from "vitest";
import type { Candles } from "../domain/market-data.ts";
import type { Input, MissingReason, SymbolInputs } from "../domain/symbol-inputs.ts";
import { describeLaw } from "../testing/describe-law.ts";
import { mapInput } from "../testing/reflect.ts";
import { signalsOf, signalTable } from "../testing/signals.ts";
import { scoreSymbol } from "./score-symbol.ts";

const INPUTS_OF_COMPONENT = [
  ["book", ["depth_near", "depth_far", "top_of_book", "microprice"]],
  ["trades", ["volume_delta", "cvd", "trade_flow", "large_trades", "imbalance", "pressure"]],
  ["openInterestBase", ["open_interest"]],
  ["longAccountShare", ["long_short_ratio"]],
  ["fundingRate8h", ["funding_rate"]],
  ["liquidations", ["liquidations"]],
  ["ticker", ["funding_rate", "basis"]],
] as const;

describe("law 4: missing is not neutral", () => {
  const market = generateMarket({ seed: 11 });
  const whole = scoreSymbol(market);

  it.each(INPUTS_OF_COMPONENT)(
    "without %s exactly its rules are null, with the reason; the others stay the same",
    (input, rules) => {
      const reason: MissingReason = "not_provided";
      const analysis = scoreSymbol({ ...market, [input]: { known: false, reason, periodMs: 30_000 } });
      for (const { component, rules: results } of analysis.components) {
        const before = whole.components.find((one) => one.component === component)?.rules ?? [];
        for (const [index, result] of results.entries()) {
          const missing = (rules as readonly string[]).includes(result.rule) || result.rule === "order_flow_imbalance";
          const expected = missing
            ? { signal: null, reason, contribution: 0, sentence: null }
            : { signal: before[index]?.signal };
          expect(result).toMatchObject(expected);
        }
      }
      expect(analysis.reliabilityFactors.coverage).toBeLessThan(whole.reliabilityFactors.coverage);
    },
  );

  it("names the gaps in words, and renormalises the other weights", () => {
    const blind = { known: false, reason: "not_provided", periodMs: 30_000 } as const;
    const analysis = scoreSymbol({ ...market, book: blind });
    const orderbook = analysis.components.find(({ component }) => component === "orderbook");
    expect(orderbook).toMatchObject({ signal: null, score: null, reason: "not_provided", contribution: 0 });
    expect(orderbook?.interpretation).toBe(
      "Order book is unknown: depth near, depth far, top of book, microprice, order flow imbalance not provided.",
    );
    expect(analysis.interpretation.overall).toContain("without data now: order book");
    const known = whole.components.filter(({ component }) => component !== "orderbook");
    const mean = known.reduce((sum, { weight, signal }) => sum + weight * (signal ?? 0), 0) / 0.8;
    expect(analysis.weightedSignal).toBeCloseTo(mean, 12);
  });

  it("a symbol without any data has no score, and a reliability of 0", () => {
    const analysis = scoreSymbol(withoutEverything(market));
    expect(analysis).toMatchObject({ score: null, weightedSignal: null, reason: "not_provided", reliability: 0 });
    expect(analysis.interpretation.overall).toBe("GENUSDT has no score: not one component has data (not provided).");
    expect(signalsOf(analysis).every(({ signal, reason }) => signal === null && reason === "not_provided")).toBe(true);
  });

  it("an empty input is too_short or no_activity, and nothing becomes NaN", () => {
    const analysis = scoreSymbol(emptied(market));
    const [rsi, cvd, depth] = ["technical.rsi.1m", "orderflow.cvd", "orderbook.depth_near"].map(
      (path) => signalTable(analysis)[path],
    );
    expect([rsi, cvd, depth]).toEqual(["too_short", "too_short", "no_activity"]);
    expect(analysis.components.map(({ signal }) => signal === null)).toEqual([true, true, true, true, false, true]);
    expect(JSON.stringify(analysis.interpretation)).not.toMatch(/NaN|null|undefined/);
  });

  it.each<[string, (candles: Candles) => Candles, MissingReason]>([
    ["59 candles", (candles) => lastCandles(candles, 59), "too_short"],
    ["60 candles at one price", flatAtTheEnd, "no_activity"],
    ["all candles zero", (candles) => zeroed(candles), "no_activity"],
  ])("%s: every rule of the timeframe is null", (_name, change, reason) => {
    const candles = { ...market.candles, "5m": mapInput(market.candles["5m"], change) };
    const analysis = scoreSymbol({ ...market, candles });
    const onFiveMinutes = signalsOf(analysis).filter(({ path }) => path.endsWith(".5m"));
    expect(onFiveMinutes.length).toBeGreaterThan(10);
    expect(new Set(onFiveMinutes.map((result) => result.reason))).toEqual(new Set([reason]));
  });

  it("candles without volume make the volume rules null, and leave the price rules as they are", () => {
    const silent = (candles: Candles) => ({ ...candles, volumeBase: new Float64Array(candles.volumeBase.length) });
    const candles = { ...market.candles, "5m": mapInput(market.candles["5m"], silent) };
    const table = signalTable(scoreSymbol({ ...market, candles }));
    for (const rule of ["cmf.5m", "obv.5m", "chaikin_oscillator.5m", "relative_volume.5m", "vwap", "volume_profile"]) {
      expect([rule, table[`volume.${rule}`]]).toEqual([rule, "no_activity"]);
    }
    expect(table["technical.rsi.5m"]).toBe(signalTable(whole)["technical.rsi.5m"]);
  });

  it("an input older than ten of its periods is stale; coverage falls by as much as freshness had fallen", () => {
    const aged = (periods: number) => scoreSymbol({ ...market, trades: withAge(market.trades, periods) });
    expect(aged(1.9).reliabilityFactors.freshness).toBe(1);
    const old = aged(9.9);
    const stale = aged(10);
    expect(old.reliabilityFactors.freshness).toBeLessThan(1);
    expect(signalTable(stale)["orderflow.cvd"]).toBe("stale_input");
    expect(stale.reliabilityFactors.coverage).toBeCloseTo(
      old.reliabilityFactors.coverage * old.reliabilityFactors.freshness,
      12,
    );
    expect(stale.inputs.find(({ input }) => input === "trades")).toMatchObject({ reason: "stale_input", fresh: false });
  });
});

describeLaw("law 4: contributions of components, rules and timeframes each add up to W", 15, (market, seed) => {
  const gone = INPUTS_OF_COMPONENT.filter((_, index) => ((seed >> index) & 1) === 1).map(([input]) => [
    input,
    { known: false, reason: "not_provided", periodMs: 1 } as const,
  ]);
  const { weightedSignal, components } = scoreSymbol({ ...market, ...Object.fromEntries(gone) });
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const rules = components.flatMap((component) => component.rules);
  const ofRules = rules.map(({ contribution }) => contribution);
  const ofResults = rules.flatMap(({ contribution, timeframes }) =>
    timeframes.length > 0 ? timeframes.map((result) => result.contribution) : [contribution],
  );
  const ofComponents = components.map(({ contribution }) => contribution);
  for (const contributions of [ofComponents, ofRules, ofResults]) {
    expect(sum(contributions)).toBeCloseTo(weightedSignal ?? 0, 12);
  }
});

function withoutEverything(market: SymbolInputs): SymbolInputs {
  const nothing = { known: false, reason: "not_provided", periodMs: 60_000 } as const;
  const gone = Object.fromEntries(INPUTS_OF_COMPONENT.map(([input]) => [input, nothing]));
  return { ...market, ...gone, candles: { "1m": nothing, "5m": nothing, "30m": nothing, "4h": nothing } };
}

/** Every input is known but empty, except the ticker. */
function emptied(market: SymbolInputs): SymbolInputs {
  const none = new Float64Array();
  const series = <T extends { readonly timeMs: Float64Array }>(value: T): T => ({
    ...value,
    timeMs: none,
    value: none,
  });
  const book = { timeMs: MARKET_NOW_MS, bidPrice: none, bidQuantityBase: none, askPrice: none, askQuantityBase: none };
  const candles = (input: Input<Candles>) => mapInput(input, (value) => lastCandles(value, 0));
  const noTrades = { timeMs: none, price: none, quantityBase: none, takerSide: new Int8Array(), coverage: [] };
  return {
    ...market,
    candles: {
      "1m": candles(market.candles["1m"]),
      "5m": candles(market.candles["5m"]),
      "30m": candles(market.candles["30m"]),
      "4h": candles(market.candles["4h"]),
    },
    book: mapInput(market.book, () => book),
    trades: mapInput(market.trades, () => noTrades),
    openInterestBase: mapInput(market.openInterestBase, series),
    longAccountShare: mapInput(market.longAccountShare, series),
    fundingRate8h: mapInput(market.fundingRate8h, series),
    liquidations: mapInput(market.liquidations, () => ({
      timeMs: none,
      quantityBase: none,
      positionSide: new Int8Array(),
    })),
  };
}

function withAge<T>(input: Input<T>, periods: number): Input<T> {
  return input.known ? { ...input, asOfMs: MARKET_NOW_MS - periods * input.periodMs } : input;
}

function lastCandles(candles: Candles, count: number): Candles {
  const part = (column: Float64Array) => column.slice(column.length - count);
  return {
    intervalMs: candles.intervalMs,
    openTimeMs: part(candles.openTimeMs),
    open: part(candles.open),
    high: part(candles.high),
    low: part(candles.low),
    close: part(candles.close),
    volumeBase: part(candles.volumeBase),
  };
}

function flatAtTheEnd(candles: Candles): Candles {
  const flat = (column: Float64Array) => column.map((price, i) => (i < column.length - 60 ? price : 1.23));
  return {
    ...candles,
    open: flat(candles.open),
    high: flat(candles.high),
    low: flat(candles.low),
    close: flat(candles.close),
  };
}

function zeroed(candles: Candles): Candles {
  const zero = new Float64Array(candles.close.length);
  return { ...candles, open: zero, high: zero, low: zero, close: zero, volumeBase: zero };
}
