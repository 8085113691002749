import type { ComponentName } from "../domain/symbol-analysis.ts";
import type { Timeframe } from "../domain/symbol-inputs.ts";
import type { Finding } from "./finding.ts";
import type { InputName, SymbolView } from "./symbol-view.ts";
import type { TimeframeView } from "./timeframe-view.ts";

/** A component of the score: its rules with the weights that the method gives them. */
export interface ComponentRules {
  readonly component: ComponentName;
  /** Share of the score; the six add up to 1. */
  readonly weight: number;
  /** Weights of the timeframes for the rules that have them. */
  readonly timeframeWeights: TimeframeWeights;
  readonly rules: readonly Rule[];
}

export type TimeframeWeights = Readonly<Partial<Record<Timeframe, number>>>;

interface RuleBase {
  readonly rule: string;
  /** Share of the component; the rules of a component add up to 1. */
  readonly weight: number;
  /** Rests on events that exist or do not, so its signal may jump when one appears. */
  readonly eventBased?: boolean;
}

/** A rule that is looked at on each timeframe by itself. */
export interface TimeframeRule extends RuleBase {
  readonly per: "timeframe";
  /** What stands before the text of a finding: "RSI 14 at". */
  readonly label: string;
  readonly find: (view: TimeframeView) => Finding;
}

/** A rule about the symbol as a whole. */
export interface SymbolRule extends RuleBase {
  readonly per: "symbol";
  /** The inputs that it rests on, for freshness. */
  readonly inputs: readonly InputName[];
  readonly find: (symbol: SymbolView) => Finding;
}

export type Rule = TimeframeRule | SymbolRule;

export const ALL_TIMEFRAMES: TimeframeWeights = { "1m": 0.4, "5m": 0.3, "30m": 0.2, "4h": 0.1 };

/** The components' names in sentences. */
export const TITLES: Readonly<Record<ComponentName, string>> = {
  technical: "technical picture",
  volume: "volume",
  orderflow: "order flow",
  orderbook: "order book",
  sentiment: "positioning",
  price_structure: "price structure",
};
