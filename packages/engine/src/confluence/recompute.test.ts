import { generateMarket } from "@pulseboard/testing/generated-market";
import { expect, it } from "vitest";
import type { Figure, SymbolAnalysis } from "../domain/symbol-analysis.ts";
import { describeLaw } from "../testing/describe-law.ts";
import { ALL_COMPONENTS, scoreSymbol } from "./score-symbol.ts";

type Figures = (name: string) => number;

const { tanh, sqrt, abs } = Math;
const step = (x: number, from: number, to: number) => {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return 3 * t ** 2 - 2 * t ** 3;
};
/** -1..1 from a share in percent. */
const balance = (percent: number) => percent / 50 - 1;
const between = (x: number, [x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]) =>
  y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
const zones = (f: Figures) => tanh(f("weight_below") - f("weight_above"));

/** The signal of each rule from the figures that stand beside it, by the formulas of the method. */
const FORMULAS: Readonly<Record<string, (f: Figures) => number>> = {
  rsi: (f) => {
    const up = Math.max(f("rsi"), 100 - f("rsi"));
    const sign = f("rsi") >= 50 ? 1 : -1;
    const points = [
      [50, 0],
      [70, 1],
      [85, 0],
      [100, -0.5],
    ] as const;
    const at = up <= 70 ? 0 : up <= 85 ? 1 : 2;
    return sign * between(up, points[at], points[(at + 1) as 1 | 2 | 3]);
  },
  ao: (f) => tanh(f("ao") / 1.5),
  macd: (f) => tanh(f("histogram") / 0.5),
  cci: (f) => tanh(f("cci") / 150),
  adx: (f) => f("di_balance") * step(f("adx"), 15, 40),
  williams_r: (f) => (f("williams_r") + 50) / 50,
  volume_delta: (f) => tanh(balance(f("taker_buy_share")) / 0.3),
  cmf: (f) => tanh(f("cmf") / 0.2),
  obv: (f) => tanh(f("signed_volume_share") / 0.4),
  chaikin_oscillator: (f) => tanh(f("oscillator_to_volume") / 2),
  relative_volume: (f) => tanh(f("move")) * step(f("relative_volume"), 1, 3),
  vwap: (f) => tanh(f("distance") / 1.5),
  volume_profile: (f) => f("weight_below") - f("weight_above"),
  cvd: (f) => tanh(balance(f("taker_buy_share")) / 0.25),
  trade_flow: (f) => tanh(balance(f("recent_taker_buy_share")) / 0.4),
  open_interest: (f) => tanh(f("move_1h")) * (0.7 + 0.3 * tanh(f("open_interest_change_1h"))),
  large_trades: (f) => tanh(balance(f("large_taker_buy_share")) / 0.5),
  imbalance: (f) => tanh(balance(f("recent_buy_count_share")) / 0.4),
  pressure: (f) => {
    const [up, down] = [f("moved_up") * f("sold"), f("moved_down") * f("bought")];
    return (up - down) / (up + down + 0.05 * ((f("bought") + f("sold")) / 2));
  },
  depth_near: (f) => balance(f("bid_share")),
  depth_far: (f) => balance(f("bid_share")),
  top_of_book: (f) => (f("bid_quantity") - f("ask_quantity")) / (f("bid_quantity") + f("ask_quantity")),
  microprice: (f) => (f("bid_quantity") - f("ask_quantity")) / (f("bid_quantity") + f("ask_quantity")),
  funding_rate: (f) => -tanh(f("z_score") / 1.5),
  long_short_ratio: (f) => -tanh(f("z_score") / 1.5),
  basis: (f) => -tanh(f("basis") / 10),
  liquidations: (f) => balance(f("short_share_of_liquidations")),
  trend_position: (f) => {
    const known = [10, 20, 50, 100, 200].filter((period) => !Number.isNaN(f(`above_ema_${period}`)));
    const above = known.map((period) => f(`above_ema_${period}`));
    const prices = known.map((period, i) => tanh((above[i] ?? 0) / sqrt(period)));
    const order = known
      .map((period, i) => tanh(((above[i] ?? 0) - (above[i - 1] ?? 0)) / (0.5 * sqrt(period))))
      .slice(1);
    const terms = [...prices, ...order];
    return terms.reduce((sum, term) => sum + term, 0) / terms.length;
  },
  structure_breaks: (f) => f("direction") * f("strength") * 2 ** (-f("age") / 25),
  support_resistance: (f) => {
    const [below, above] = [f("support_below"), f("resistance_above")];
    return (above - below) / (above + below + 0.05);
  },
  order_blocks: zones,
  fair_value_gaps: zones,
  range_position: (f) => tanh(balance(f("range_position")) / 0.8),
};

const named =
  (figures: readonly Figure[]): Figures =>
  (name) =>
    figures.find((figure) => figure.name === name)?.value ?? Number.NaN;

interface Part {
  readonly weight: number;
  readonly signal: number | null;
}

/** The weighted mean over what is known. */
function mean(parts: readonly Part[]): number {
  const known = parts.filter(({ signal }) => signal !== null);
  const total = known.reduce((sum, { weight }) => sum + weight, 0);
  return known.reduce((sum, { weight, signal }) => sum + weight * (signal ?? 0), 0) / total;
}

function close(actual: number | null, expected: number, what: string): void {
  expect(abs((actual ?? Number.NaN) - expected), `${what}: ${actual}, recomputed ${expected}`).toBeLessThan(1e-9);
}

/**
 * @returns the number of rules with a signal
 * @throws when a signal, or a mean of signals, is not what its figures give
 */
function recompute({ components, weightedSignal, score }: SymbolAnalysis): number {
  const recomputed = new Set<string>();
  for (const { component, rules, signal } of components) {
    for (const rule of rules) {
      const own = rule.timeframes.length > 0 ? rule.timeframes : [rule];
      for (const result of own.filter((one) => one.signal !== null)) {
        close(result.signal, FORMULAS[rule.rule]?.(named(result.figures)) ?? Number.NaN, rule.rule);
        recomputed.add(rule.rule);
      }
      if (rule.signal !== null && rule.timeframes.length > 0) {
        close(rule.signal, mean(rule.timeframes), rule.rule);
      }
    }
    if (signal !== null) {
      close(signal, mean(rules), component);
    }
  }
  if (weightedSignal !== null) {
    close(weightedSignal, mean(components), "W");
    close(score, 50 + (50 * tanh(1.8 * weightedSignal)) / tanh(1.8), "score");
  }
  return recomputed.size;
}

it("there is a formula for every rule but the one that is never known", () => {
  const rules = ALL_COMPONENTS.flatMap((component) => component.rules.map(({ rule }) => rule));
  expect(Object.keys(FORMULAS).sort()).toEqual(rules.filter((rule) => rule !== "order_flow_imbalance").sort());
});

describeLaw("every signal is recomputed from its own figures, and every mean from its parts", 15, (market) => {
  recompute(scoreSymbol(market));
});

it("a whole market has a signal to recompute for every rule but that one", () => {
  expect(recompute(scoreSymbol(generateMarket({ seed: 4 })))).toBe(Object.keys(FORMULAS).length);
});
