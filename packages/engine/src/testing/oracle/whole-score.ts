import type { ComponentName } from "../../domain/symbol-analysis.ts";
import type { SymbolInputs, Timeframe } from "../../domain/symbol-inputs.ts";
import { total } from "./bars.ts";
import { type Signal, TECHNICAL_SIGNALS, VOLUME_SIGNALS } from "./candle-signals.ts";
import { FLOW_SIGNALS } from "./flow-signals.ts";
import { STATE_SIGNALS, sidesOf } from "./state-signals.ts";
import { STRUCTURE_SIGNALS } from "./structure-signals.ts";
import { type Charts, chartsOf, fresh } from "./usable.ts";

type Known = (inputs: SymbolInputs) => boolean;
type Part = readonly [path: string, weight: number, signal: Signal];

const FROM: Readonly<Record<string, Known>> = {
  trades: ({ trades, nowMs }) => fresh(trades, nowMs),
  pressure: ({ trades, candles, nowMs }) => fresh(trades, nowMs) && fresh(candles["5m"], nowMs),
  open_interest: ({ openInterestBase, candles, nowMs }) =>
    fresh(openInterestBase, nowMs) && fresh(candles["5m"], nowMs),
  depth: ({ book, candles, nowMs }) => fresh(book, nowMs) && fresh(candles["5m"], nowMs),
  book: ({ book, nowMs }) => fresh(book, nowMs),
  funding: ({ ticker, fundingRate8h, nowMs }) => fresh(ticker, nowMs) && fresh(fundingRate8h, nowMs),
  accounts: ({ longAccountShare, nowMs }) => fresh(longAccountShare, nowMs),
  ticker: ({ ticker, nowMs }) => fresh(ticker, nowMs),
  liquidations: ({ liquidations, nowMs }) => fresh(liquidations, nowMs),
  day: ({ candles, nowMs }) => fresh(candles["5m"], nowMs),
  profile: ({ candles, nowMs }) => fresh(candles["5m"], nowMs) && fresh(candles["30m"], nowMs),
};

/** Rule, its weight, and what it is made from: null for one that is read on each timeframe. */
type Line = readonly [rule: string, weight: number, from: string | null];

const METHOD: Readonly<Record<ComponentName, readonly [weight: number, lines: readonly Line[]]>> = {
  technical: [
    0.1,
    [
      ["rsi", 0.2, null],
      ["ao", 0.2, null],
      ["macd", 0.15, null],
      ["cci", 0.15, null],
      ["adx", 0.15, null],
      ["williams_r", 0.15, null],
    ],
  ],
  volume: [
    0.18,
    [
      ["volume_delta", 0.2, "trades"],
      ["cmf", 0.15, null],
      ["obv", 0.15, null],
      ["chaikin_oscillator", 0.15, null],
      ["relative_volume", 0.15, null],
      ["vwap", 0.1, "day"],
      ["volume_profile", 0.1, "profile"],
    ],
  ],
  orderflow: [
    0.3,
    [
      ["cvd", 0.25, "trades"],
      ["trade_flow", 0.2, "trades"],
      ["open_interest", 0.2, "open_interest"],
      ["large_trades", 0.15, "trades"],
      ["imbalance", 0.12, "trades"],
      ["pressure", 0.08, "pressure"],
    ],
  ],
  orderbook: [
    0.2,
    [
      ["depth_near", 0.28, "depth"],
      ["depth_far", 0.28, "depth"],
      ["top_of_book", 0.16, "book"],
      ["microprice", 0.08, "book"],
      ["order_flow_imbalance", 0.2, "book"],
    ],
  ],
  sentiment: [
    0.07,
    [
      ["funding_rate", 0.4, "funding"],
      ["long_short_ratio", 0.3, "accounts"],
      ["basis", 0.15, "ticker"],
      ["liquidations", 0.15, "liquidations"],
    ],
  ],
  price_structure: [
    0.15,
    [
      ["trend_position", 0.25, null],
      ["structure_breaks", 0.2, null],
      ["support_resistance", 0.15, null],
      ["order_blocks", 0.15, null],
      ["fair_value_gaps", 0.15, null],
      ["range_position", 0.1, null],
    ],
  ],
};

const ON_TIMEFRAMES: readonly (readonly [Timeframe, number])[] = [
  ["1m", 0.1],
  ["5m", 0.2],
  ["30m", 0.4],
  ["4h", 0.3],
];
const ON_SLOW_TIMEFRAMES: typeof ON_TIMEFRAMES = [
  ["5m", 0.2],
  ["30m", 0.45],
  ["4h", 0.35],
];
const PER_TIMEFRAME = { ...TECHNICAL_SIGNALS, ...VOLUME_SIGNALS, ...STRUCTURE_SIGNALS };
const OF_SYMBOL = { ...FLOW_SIGNALS, ...STATE_SIGNALS };

/**
 * Everything that the method says of one symbol now, by path: `technical.rsi.1m`, `technical.rsi`, `technical`, `W` for signals,
 * each with `:weight` for the weight that is stated, and `score`, `coverage`, ... `reliability`. Written from the method's text.
 */
export function expectedFigures(inputs: SymbolInputs): Readonly<Record<string, Signal>> {
  const charts = chartsOf(inputs);
  const figures: Record<string, Signal> = {};
  const leaves: { readonly w: number; readonly s: number; readonly fresh: boolean }[] = [];
  const components: Part[] = [];
  for (const [component, [weight, lines]] of Object.entries(METHOD)) {
    const rules = lines.map(([rule, share, from]): Part => {
      const path = `${component}.${rule}`;
      const parts =
        from === null ? onTimeframes(path, rule, charts) : [[path, 1, symbolSignal(rule, inputs, charts)] as const];
      for (const [leaf, own, signal] of parts) {
        const known = from === null ? isFresh(leaf, inputs) : (FROM[from]?.(inputs) ?? false);
        if (signal !== null) {
          leaves.push({ w: weight * share * own, s: signal, fresh: known });
        }
        note(figures, leaf, from === null ? own : share, signal);
      }
      return [path, share, note(figures, path, share, meanOf(parts))];
    });
    components.push([component, weight, note(figures, component, weight, meanOf(rules))]);
  }
  const w = meanOf(components);
  const known = total(components.map(([, weight, signal]) => (signal === null ? 0 : weight)));
  for (const [component, weight, signal] of components) {
    figures[`${component}:contribution`] = signal === null ? 0 : (weight * signal) / known;
  }
  return { ...figures, W: w, score: w === null ? null : stretched(w), ...trust(leaves, inputs) };
}

/** 50 + 50 tanh(1.8 W) / tanh(1.8), by exponentials. */
export function stretched(w: number): number {
  const tanh = (x: number) => 1 - 2 / (Math.exp(2 * x) + 1);
  return 50 * (1 + tanh(1.8 * w) / tanh(1.8));
}

function note(figures: Record<string, Signal>, path: string, weight: number, signal: Signal): Signal {
  figures[path] = signal;
  figures[`${path}:weight`] = weight;
  return signal;
}

function onTimeframes(path: string, rule: string, charts: Charts): readonly Part[] {
  const weights = path.startsWith("price_structure") ? ON_SLOW_TIMEFRAMES : ON_TIMEFRAMES;
  return weights.map(([timeframe, weight]): Part => {
    const chart = charts[timeframe];
    return [`${path}.${timeframe}`, weight, chart === null ? null : (PER_TIMEFRAME[rule]?.(chart) ?? null)];
  });
}

function symbolSignal(rule: string, inputs: SymbolInputs, charts: Charts): Signal {
  return OF_SYMBOL[rule]?.(inputs, charts) ?? null;
}

function isFresh(leaf: string, { candles, nowMs }: SymbolInputs): boolean {
  return Object.entries(candles).some(([timeframe, input]) => leaf.endsWith(`.${timeframe}`) && fresh(input, nowMs));
}

function meanOf(parts: readonly Part[]): Signal {
  const known = parts.filter(([, , signal]) => signal !== null);
  const weight = total(known.map(([, own]) => own));
  return known.length === 0 ? null : total(known.map(([, own, signal]) => own * (signal ?? 0))) / weight;
}

/** Reliability and its factors; the first three by the sum over all pairs of fresh leaves. */
function trust(
  leaves: readonly { readonly w: number; readonly s: number; readonly fresh: boolean }[],
  inputs: SymbolInputs,
) {
  const usedLeaves = leaves.filter((leaf) => leaf.fresh);
  const coverage = total(leaves.map(({ w }) => w));
  const freshWeight = total(usedLeaves.map(({ w }) => w));
  const squared = total(
    usedLeaves.flatMap((a) => usedLeaves.map((b) => a.w * b.w * (1 - ((a.s - b.s) * (a.s - b.s)) / 4))),
  );
  const quality = qualityOf(inputs);
  return {
    coverage,
    freshness: coverage === 0 ? 0 : freshWeight / coverage,
    consensus: freshWeight === 0 ? 0 : Math.sqrt(squared) / freshWeight,
    quality,
    reliability: Math.sqrt(squared) * quality,
  };
}

function qualityOf(inputs: SymbolInputs): number {
  const sides = sidesOf(inputs);
  const [bid, ask] = [sides?.[0][0]?.price, sides?.[1][0]?.price];
  if (sides === null || bid === undefined || ask === undefined) {
    return 0.3;
  }
  const mid = bid + (ask - bid) / 2;
  const usd = total(
    sides.flat().map(({ price, quantity }) => {
      const bp = Math.abs(price / mid - 1) * 10_000;
      return price * quantity * (bp <= 5 ? 1 : bp >= 15 ? 0 : 1.5 - bp / 10);
    }),
  );
  const spreadBp = (10_000 * (ask - bid)) / mid;
  return 0.3 + (0.7 * 25 * usd) / ((25 + spreadBp * spreadBp) * (usd + 100_000));
}
