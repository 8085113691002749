import { closedTail } from "../candles/slice-candles.ts";
import { checkInputs } from "../checks/check-inputs.ts";
import type { SymbolAnalysis } from "../domain/symbol-analysis.ts";
import type { SymbolInputs, Timeframe } from "../domain/symbol-inputs.ts";
import { rateCandles, UNKNOWN_RATING } from "../rating/technical-rating.ts";
import { datedInputs } from "./dated-inputs.ts";
import { evaluateComponent, weightedSignal } from "./evaluate.ts";
import { explainComponents } from "./explain.ts";
import { interpretScore, interpretUnscored } from "./interpret-score.ts";
import { ORDERBOOK } from "./orderbook-rules.ts";
import { ORDERFLOW } from "./orderflow-rules.ts";
import { PRICE_STRUCTURE } from "./price-structure-rules.ts";
import { contributionsOf } from "./published-score.ts";
import { reliabilityOf } from "./reliability.ts";
import { stretchedScore } from "./score.ts";
import { SENTIMENT } from "./sentiment-rules.ts";
import { inputStatuses, viewSymbol } from "./symbol-view.ts";
import { TECHNICAL } from "./technical-rules.ts";
import { usableInput } from "./usable-input.ts";
import { VOLUME } from "./volume-rules.ts";

/** The six components of the score; their weights add up to 1. */
export const ALL_COMPONENTS = [TECHNICAL, VOLUME, ORDERFLOW, ORDERBOOK, SENTIMENT, PRICE_STRUCTURE];

/**
 * Scores one symbol and explains the score. Pure: the same inputs give the same bits, and symbols share nothing.
 * W is the weighted mean of the components' signals; a component without data is left out. The score is W stretched onto
 * 0..100, and null when no component has data. Reliability says how far to trust the score, and never moves it.
 *
 * The inputs are data: a getter or a proxy that gives something else when it is read again, or scores another symbol meanwhile,
 * gets what the memory that is shared between calls then holds.
 *
 * @throws EngineInputError for data that cannot be right, before anything is computed: see `withoutInput`.
 */
export function scoreSymbol(given: SymbolInputs): SymbolAnalysis {
  checkInputs(given);
  const inputs = datedInputs(given);
  const symbol = viewSymbol(inputs);
  const evaluated = ALL_COMPONENTS.map((definition) => evaluateComponent(definition, symbol));
  const total = weightedSignal(evaluated);
  const { reliability, factors: reliabilityFactors } = reliabilityOf(evaluated, symbol);
  const components = explainComponents(evaluated);
  const score = total === null ? null : stretchedScore(total);
  return {
    symbol: inputs.symbol,
    score,
    reason: score === null ? (components[0]?.reason ?? "not_provided") : null,
    weightedSignal: total,
    reliability,
    reliabilityFactors,
    components,
    interpretation:
      score === null
        ? interpretUnscored(inputs.symbol, components)
        : interpretScore(
            { symbol: inputs.symbol, components, reliability, reliabilityFactors },
            { score, contributions: contributionsOf({ components }), averagedMs: 0, afterGap: false },
          ),
    technicalRating: {
      "1m": rate(inputs, "1m"),
      "5m": rate(inputs, "5m"),
      "30m": rate(inputs, "30m"),
      "4h": rate(inputs, "4h"),
    },
    inputs: inputStatuses(inputs),
  };
}

/** A flat or short history is still rated; a missing or stale one is not. */
function rate({ candles, nowMs }: SymbolInputs, timeframe: Timeframe) {
  const usable = usableInput(candles[timeframe], nowMs);
  return usable.known ? rateCandles(closedTail(usable.value, nowMs)) : UNKNOWN_RATING;
}
