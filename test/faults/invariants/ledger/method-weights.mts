/** The method's nominal weights, written again from docs/methodology.md: the harness does not believe those that a document says. */
import type { AnalysisDocument } from "@pulseboard/snapshot";

type ComponentName = keyof AnalysisDocument["components"];
type TimeframeShares = Readonly<Partial<Record<string, number>>>;

/** A rule's share of its component, and the inputs it rests on; a rule without any is read on each timeframe. */
type RuleWeight = readonly [weight: number, ...inputs: readonly string[]];

interface ComponentWeight {
  readonly weight: number;
  readonly timeframes: TimeframeShares;
  readonly rules: Readonly<Record<string, RuleWeight>>;
}

const EACH: TimeframeShares = { "1m": 0.1, "5m": 0.2, "30m": 0.4, "4h": 0.3 };

export const METHOD_WEIGHTS: Readonly<Record<ComponentName, ComponentWeight>> = {
  technical: {
    weight: 0.1,
    timeframes: EACH,
    rules: { rsi: [0.2], ao: [0.2], macd: [0.15], cci: [0.15], adx: [0.15], williams_r: [0.15] },
  },
  volume: {
    weight: 0.18,
    timeframes: EACH,
    rules: {
      volume_delta: [0.2, "trades"],
      cmf: [0.15],
      obv: [0.15],
      chaikin_oscillator: [0.15],
      relative_volume: [0.15],
      vwap: [0.1, "candles_5m"],
      volume_profile: [0.1, "candles_5m", "candles_30m"],
    },
  },
  orderflow: {
    weight: 0.3,
    timeframes: EACH,
    rules: {
      cvd: [0.25, "trades"],
      trade_flow: [0.2, "trades"],
      open_interest: [0.2, "candles_5m", "open_interest"],
      large_trades: [0.15, "trades"],
      imbalance: [0.12, "trades"],
      pressure: [0.08, "trades", "candles_5m"],
    },
  },
  orderbook: {
    weight: 0.2,
    timeframes: EACH,
    rules: {
      depth_near: [0.28, "book", "candles_5m"],
      depth_far: [0.28, "book", "candles_5m"],
      top_of_book: [0.16, "book"],
      microprice: [0.08, "book"],
      order_flow_imbalance: [0.2, "book_events"],
    },
  },
  sentiment: {
    weight: 0.07,
    timeframes: EACH,
    rules: {
      funding_rate: [0.4, "ticker", "funding_rate"],
      long_short_ratio: [0.3, "long_account_share"],
      basis: [0.15, "ticker"],
      liquidations: [0.15, "liquidations"],
    },
  },
  price_structure: {
    weight: 0.15,
    timeframes: { "5m": 0.2, "30m": 0.45, "4h": 0.35 },
    rules: {
      trend_position: [0.25],
      structure_breaks: [0.2],
      support_resistance: [0.15],
      order_blocks: [0.15],
      fair_value_gaps: [0.15],
      range_position: [0.1],
    },
  },
};

/** A rule, or a rule on one timeframe, with its share of the whole score. */
export interface Leaf {
  readonly name: string;
  readonly weight: number;
  /** Null where it is not known. */
  readonly signal: number | null;
  /** All that it rests on is fresh. */
  readonly isFresh: boolean;
}

/** The leaves of a score with the signals that its document says; they weigh 1 together. */
export function leavesOf({ components, inputs }: Pick<AnalysisDocument, "components" | "inputs">): readonly Leaf[] {
  const fresh = new Set(inputs.filter((input) => input.fresh).map(({ input }) => input));
  return Object.entries(METHOD_WEIGHTS).flatMap(([component, { weight: ofComponent, timeframes, rules }]) =>
    Object.entries(rules).flatMap(([rule, [ofRule, ...names]]): readonly Leaf[] => {
      const shown = components[component as ComponentName].rules[rule];
      const name = `${component}.${rule}`;
      const weight = ofComponent * ofRule;
      if (names.length > 0) {
        return [{ name, weight, signal: shown?.signal ?? null, isFresh: names.every((input) => fresh.has(input)) }];
      }
      const parts: Readonly<Partial<Record<string, { readonly signal: number | null }>>> = shown?.timeframes ?? {};
      return Object.entries(timeframes).map(([timeframe, share = 0]) => ({
        name: `${name}.${timeframe}`,
        weight: weight * share,
        signal: parts[timeframe]?.signal ?? null,
        isFresh: fresh.has(`candles_${timeframe}`),
      }));
    }),
  );
}
