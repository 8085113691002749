import { computeMarketFigures } from "../../market/market-figures.ts";
import { classifyRegime } from "../../market/regime.ts";
import { dwellOnRegime, type RegimeDwell } from "../../market/regime-dwell.ts";
import { relativeScores } from "../../market/relative-score.ts";
import { createTicker } from "../tickers.ts";
import { average, deviation, total } from "./bars.ts";
import type { Probe } from "./probes.ts";
import { stretched } from "./whole-score.ts";

/** Placing a symbol among 9 and among 10 of them. */
export function relativeProbes(): readonly Probe[] {
  return [9, 10, 11].map((count) => {
    const signals = Array.from({ length: count }, (_, i) => ({ symbol: `S${i}`, weightedSignal: Math.sin(3 * i) / 2 }));
    const sorted = signals.map(({ weightedSignal }) => weightedSignal).sort((a, b) => a - b);
    const middle = average(sorted.slice(Math.ceil(count / 2) - 1, Math.floor(count / 2) + 1));
    const expected = signals.flatMap(({ symbol, weightedSignal }) => [
      [`${symbol} relative`, stretched(weightedSignal - middle)],
      [`${symbol} rank`, 1 + sorted.filter((other) => other > weightedSignal).length],
    ]);
    return {
      name: `relative of ${count}`,
      expected: count < 10 ? {} : Object.fromEntries(expected),
      ours: () =>
        Object.fromEntries(
          [...(relativeScores(signals) ?? [])].flatMap(([symbol, { relative, rank }]) => [
            [`${symbol} relative`, relative],
            [`${symbol} rank`, rank],
          ]),
        ),
    };
  });
}

/** Breadth and dispersion at their lines. */
export function figuresProbes(): readonly Probe[] {
  const markets = [
    { up: 60, down: 40, sentiment: "bullish" },
    { up: 599, down: 401, sentiment: "neutral" },
    { up: 401, down: 599, sentiment: "neutral" },
    { up: 40, down: 60, sentiment: "bearish" },
  ];
  return markets.map(({ up, down, sentiment }) => {
    const changes = Array.from({ length: up + down }, (_, i) => (i < up ? 1 : -1) * (1 + 7 * (i % 13)));
    const tickers = changes.map((change, i) => createTicker(`S${i}`, { change24hPercent: change }));
    const limited = changes.map((change) => (change > 30 ? 30 : change < -30 ? -30 : change));
    return {
      name: `${up} up and ${down} down`,
      expected: { sentiment, dispersion: deviation(limited), average: average(changes) },
      ours: () => {
        const { breadth, dispersionPercent, averageChangePercent } = computeMarketFigures(tickers);
        return { sentiment: breadth.sentiment, dispersion: dispersionPercent, average: averageChangePercent };
      },
    };
  });
}

type Conditions = Readonly<Record<string, boolean>>;

/** The method's table: category, what must hold, label; the first line that matches. */
const TABLE: readonly (readonly [category: string, conditions: string, label: string])[] = [
  ["Volatile", "bearish", "Volatile Selloff"],
  ["Volatile", "bullish", "Volatile Rally"],
  ["Volatile", "", "Choppy Waters"],
  ["Strong Bullish", "broad greedy", "Euphoric Rally"],
  ["Strong Bullish", "broad", "Broad Rally"],
  ["Strong Bullish", "narrow", "Selective Strength"],
  ["Strong Bullish", "", "Bullish Momentum"],
  ["Bullish", "broad falling", "Alt Season"],
  ["Bullish", "broad", "Risk-On"],
  ["Bullish", "fearful", "Accumulation Zone"],
  ["Bullish", "", "Mild Uptrend"],
  ["Strong Bearish", "narrow extreme", "Capitulation"],
  ["Strong Bearish", "narrow", "Broad Selloff"],
  ["Strong Bearish", "rising", "Flight to BTC"],
  ["Strong Bearish", "", "Bearish Momentum"],
  ["Bearish", "greedy", "Distribution Zone"],
  ["Bearish", "narrow", "Risk-Off"],
  ["Bearish", "", "Mild Downtrend"],
  ["Neutral", "elevated", "Choppy Range"],
  ["Neutral", "broad greedy", "Topping Formation"],
  ["Neutral", "narrow fearful", "Bottoming Formation"],
  ["Neutral", "falling", "Alt Accumulation"],
  ["Neutral", "", "Consolidation"],
];

const NEAR = 1e-6;
const SAMPLES = Array.from({ length: 50 }, (_, i) => Math.cos(i) / 5);
const BASE = { z: 0, up: 50, dispersion: 5, fear: 50 as number | null, dominance: 0 as number | null };

/** The regime with each figure on both sides of each of its lines, in each direction of the market. */
export function regimeProbes(): readonly Probe[] {
  const directions = [
    -1.5 - NEAR,
    -1.5 + NEAR,
    -0.5 - NEAR,
    -0.5 + NEAR,
    0,
    0.5 - NEAR,
    0.5 + NEAR,
    1.5 - NEAR,
    1.5 + NEAR,
  ];
  const breadths = [60, 59.9, 50, 30.1, 30];
  const moods = [55, 54, 46, 45, 26, 25, null];
  const dominances = [1, 1.001, -1, -1.001, null];
  const cases = directions.flatMap((z) => [
    ...[15, 15.001, 8, 8.001].map((dispersion) => ({ ...BASE, z, dispersion })),
    ...breadths.flatMap((up) => moods.map((fear) => ({ ...BASE, z, up, fear }))),
    ...breadths.flatMap((up) => dominances.map((dominance) => ({ ...BASE, z, up, dominance }))),
  ]);
  const counts = [
    [10, 50],
    [9, 50],
    [10, 49],
  ] as const;
  return [
    {
      name: "regimes",
      expected: indexed(cases.map((one) => labelOf(one))),
      ours: () => indexed(cases.map((one) => classified(one))),
    },
    {
      name: "least symbols of a regime",
      expected: indexed(["Neutral: Consolidation", "too_short", "too_short"]),
      ours: () => indexed(counts.map(([scored, eligible]) => classified(BASE, { scored, eligible }))),
    },
  ];
}

function indexed(values: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(values.map((value, i) => [String(i), value]));
}

/** Every W is the one whose z is asked for, by the samples and 96 more of .09. */
function classified(one: typeof BASE, { scored = 12, eligible = 100 } = {}): string {
  const usual = Math.sqrt((total(SAMPLES.map((m) => m * m)) + 96 * 0.09 * 0.09) / (SAMPLES.length + 96));
  const regime = classifyRegime({
    weightedSignals: new Array<number>(scored).fill(one.z * usual),
    samples: SAMPLES,
    breadth: { advancing: eligible, declining: 0, flat: 0, advancingPercent: one.up, sentiment: null },
    dispersionPercent: one.dispersion,
    fearGreedValue: one.fear,
    btcDominanceChange24h: one.dominance,
  });
  return regime.known ? `${regime.category}: ${regime.label}` : regime.reason;
}

function labelOf({ z, up, dispersion, fear, dominance }: typeof BASE): string {
  const side = z >= 0.5 ? "Bullish" : z <= -0.5 ? "Bearish" : "Neutral";
  const direction = side !== "Neutral" && Math.abs(z) >= 1.5 ? `Strong ${side}` : side;
  const is: Conditions = {
    bullish: side === "Bullish",
    bearish: side === "Bearish",
    broad: up >= 60,
    narrow: up <= 30,
    greedy: fear !== null && fear >= 55,
    fearful: fear !== null && fear <= 45,
    extreme: fear !== null && fear <= 25,
    rising: dominance !== null && dominance > 1,
    falling: dominance !== null && dominance < -1,
    elevated: dispersion > 8,
  };
  const category = dispersion > 15 ? "Volatile" : direction;
  const line = TABLE.find(([own, needed]) => own === category && needed.split(" ").every((name) => is[name] ?? true));
  return `${category}: ${line?.[2]}`;
}

const MINUTE = 60_000;

/** A name that another one interrupts: what is shown at each moment, by one rule of the method each. */
export function dwellProbes(): readonly Probe[] {
  const steps: readonly (readonly [minutes: number, computed: string | null, shown: string | null])[] = [
    [0, "a", "a"],
    // b differs for an hour less 1 ms, is interrupted, and then holds for the hour.
    [1, "b", "a"],
    ...[21, 41, 60.999].map((at) => [at, "b", "a"] as const),
    [61.5, "a", "a"],
    [62, "b", "a"],
    ...[82, 102].map((at) => [at, "b", "a"] as const),
    [122, "b", "b"],
    // A gap of three periods is none; one of more begins anew.
    [123, "c", "b"],
    ...[183].map((at) => [at, "c", "c"] as const),
    [184, "d", "c"],
    [244.001, "d", "c"],
    [304, "d", "c"],
    [304.001, "d", "d"],
    // Unknown for an hour: the name before; for longer: the new one at once.
    [305, null, null],
    [365, "e", "d"],
    [366, null, null],
    [426.001, "f", "f"],
    // A minute back is none; more begins anew.
    [427, "g", "f"],
    [426, "g", "f"],
    [486.5, "g", "f"],
    [487, "g", "g"],
    [488, "h", "g"],
    [486.999, "h", "g"],
    [488, "h", "g"],
    [546.998, "h", "g"],
    [546.999, "h", "h"],
  ];
  const run = () => {
    let before: RegimeDwell | null = null;
    return indexed(
      steps.map(([minutes, computed]) => {
        const next = dwellOnRegime(computed, minutes * MINUTE, 20 * MINUTE, before);
        before = next.dwell;
        return String(next.shown);
      }),
    );
  };
  return [{ name: "dwell", expected: indexed(steps.map(([, , shown]) => String(shown))), ours: run }];
}
