import type { ComponentName } from "../domain/symbol-analysis.ts";
import type { Timeframe } from "../domain/symbol-inputs.ts";
import type { RuleOutcome } from "./rule-outcome.ts";
import type { InputName, SymbolView } from "./symbol-view.ts";
import type { TimeframeView } from "./timeframe-view.ts";

/** A component of the score: its rules, with the weights of the method. */
export interface ComponentRules {
  readonly component: ComponentName;
  /** Share of the score; the six add up to 1. */
  readonly weight: number;
  /** Weights of the timeframes, for the rules that are evaluated per timeframe. */
  readonly timeframeWeights: TimeframeWeights;
  readonly rules: readonly Rule[];
}

export type TimeframeWeights = Readonly<Partial<Record<Timeframe, number>>>;

/** Units are in the names: `windowMs`, `scaleAtr`, `halfLifeCandles`; a period counts candles. */
export type RuleConstants = Readonly<Record<string, number | readonly number[]>>;

interface RuleBase {
  readonly rule: string;
  /** Share of the component; the rules of a component add up to 1. */
  readonly weight: number;
  /** The rule looks for events, which either exist or do not, so its signal may jump when one appears. */
  readonly eventBased?: boolean;
  /** The scales, windows and minima of its formula, which `evaluate` reads from here. */
  readonly constants: RuleConstants;
}

/** A rule that is evaluated on each timeframe by itself. */
export interface TimeframeRule extends RuleBase {
  readonly per: "timeframe";
  /** The words before the text of an outcome: "RSI 14 at". */
  readonly label: string;
  readonly evaluate: (view: TimeframeView) => RuleOutcome;
}

/** A rule that is evaluated once for the whole symbol. */
export interface SymbolRule extends RuleBase {
  readonly per: "symbol";
  /** The inputs that the rule uses; it is fresh when all of them are. */
  readonly inputs: readonly InputName[];
  readonly evaluate: (symbol: SymbolView) => RuleOutcome;
}

export type Rule = TimeframeRule | SymbolRule;

export const ALL_TIMEFRAMES: TimeframeWeights = { "1m": 0.1, "5m": 0.2, "30m": 0.4, "4h": 0.3 };

/** The names of the components in sentences. */
export const COMPONENT_TITLES: Readonly<Record<ComponentName, string>> = {
  technical: "technical picture",
  volume: "volume",
  orderflow: "order flow",
  orderbook: "order book",
  sentiment: "positioning",
  price_structure: "price structure",
};
