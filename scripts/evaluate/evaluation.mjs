import { METHOD_VERSION } from "@pulseboard/engine";
import {
  claimAlphaOf,
  collectDays,
  compareCorrelations,
  HORIZONS,
  RECORD_METHOD,
  summarizeRecord,
} from "@pulseboard/history";
import { COMPARED_WITH, EVALUATED_FIGURES, NAMED_FIGURE, UNKNOWN_FROM_CANDLES } from "./evaluated-figures.mjs";
import { refreshesOf } from "./refreshes.mjs";
import { steadinessOf } from "./steadiness.mjs";

/** Intervals need two days; what may be claimed waits for the method's own minimum. */
const DAYS_OF_AN_INTERVAL = 2;
const FEW_SYMBOLS_GROUPS = 3;

/** @typedef {import("@pulseboard/history").Horizon} Horizon */
/** @typedef {import("@pulseboard/history").CorrelationDifference} CorrelationDifference */
/** @typedef {import("./plan.mjs").Plan} Plan */
/**
 * All that an evaluation found. Times are Unix ms.
 *
 * @typedef {object} Evaluation
 * @property {number} methodVersion of the score
 * @property {readonly string[]} symbols
 * @property {{ minSymbols: number, groups: number, horizons: readonly Horizon[] }} options
 * @property {Plan} plan
 * @property {readonly string[]} unknownFromCandles components without any input here
 * @property {{ horizon: Horizon, line: string }} named
 * @property {number} looks how many figures and comparisons were looked at beside the named one
 * @property {import("@pulseboard/history").RecordSummary} summary
 * @property {Partial<Record<Horizon, Record<string, CorrelationDifference | null>>>} scoreLess the score's rank correlation less that of another figure
 * @property {import("./steadiness.mjs").Steadiness} steadiness
 */

/**
 * @param {readonly import("./plan.mjs").RecordedMarket[]} market
 * @param {readonly import("./symbol-scores.mjs").SymbolScores[]} scores of the same symbols
 * @param {Plan} plan
 * @param {{ minSymbols: number, horizons: readonly Horizon[], onRefresh?: (refresh: import("./refreshes.mjs").EvaluatedRefresh) => void }} options
 * @returns {Evaluation}
 */
export function evaluate(market, scores, plan, { minSymbols, horizons, onRefresh = () => undefined }) {
  const groups = minSymbols < RECORD_METHOD.minSymbols ? FEW_SYMBOLS_GROUPS : RECORD_METHOD.groups;
  const momentEveryMs = plan.everyMs;
  const { take } = collectDays(EVALUATED_FIGURES, { minSymbols, groups, momentEveryMs, horizons });
  /** @type {import("@pulseboard/history").DayStatistics[]} */
  const statistics = [];
  const regimes = [];
  for (const refresh of refreshesOf(market, scores, plan, minSymbols)) {
    onRefresh(refresh);
    statistics.push(...take(refresh));
    regimes.push(refresh.regime);
  }
  const summary = summaryOf(statistics, { horizons, momentEveryMs });
  const looks = summary.others + horizons.length * COMPARED_WITH.length;
  return {
    methodVersion: METHOD_VERSION,
    symbols: market.map(({ symbol }) => symbol),
    options: { minSymbols, groups, horizons },
    plan,
    unknownFromCandles: UNKNOWN_FROM_CANDLES,
    named: NAMED_FIGURE,
    looks,
    summary,
    scoreLess: Object.fromEntries(
      horizons.map((horizon) => [
        horizon,
        Object.fromEntries(
          COMPARED_WITH.map((than) => [
            than,
            compareCorrelations(statistics, {
              figure: "score",
              than,
              horizon,
              momentEveryMs,
              alpha: claimAlphaOf(false, looks),
              minimumDays: RECORD_METHOD.horizons[horizon].minimumDays,
            }),
          ]),
        ),
      ]),
    ),
    steadiness: steadinessOf(scores, regimes, plan),
  };
}

/**
 * Intervals from two days on. What is claimed, the market's directions and the gate wait for the minimum of days, as everywhere.
 *
 * @param {readonly import("@pulseboard/history").DayStatistics[]} statistics
 * @param {{ horizons: readonly Horizon[], momentEveryMs: number }} options
 * @returns {import("@pulseboard/history").RecordSummary}
 */
function summaryOf(statistics, options) {
  const summarize = (/** @type {(horizon: Horizon) => number} */ daysOf) =>
    summarizeRecord(statistics, {
      ...options,
      ranked: EVALUATED_FIGURES.ranked.map(({ name }) => name),
      lines: EVALUATED_FIGURES.lines.map(({ name }) => name),
      inputs: EVALUATED_FIGURES.inputs,
      named: NAMED_FIGURE,
      gated: "outlook",
      minimumDays: /** @type {Record<Horizon, number>} */ (
        Object.fromEntries(HORIZONS.map((horizon) => [horizon, daysOf(horizon)]))
      ),
    });
  const claimed = summarize((horizon) => RECORD_METHOD.horizons[horizon].minimumDays);
  const seen = summarize(() => DAYS_OF_AN_INTERVAL);
  /** @type {Partial<Record<Horizon, import("@pulseboard/history").HorizonSummary>>} */
  const horizons = {};
  for (const horizon of options.horizons) {
    const [own, strict] = [seen.horizons[horizon], claimed.horizons[horizon]];
    if (own !== undefined && strict !== undefined) {
      horizons[horizon] = {
        ...strict,
        ranked: withClaims(own.ranked, strict.ranked),
        lines: withClaims(own.lines, strict.lines),
      };
    }
  }
  return { ...claimed, horizons };
}

/**
 * @template {import("@pulseboard/history").FigureSummary} T
 * @param {Readonly<Record<string, T>>} figures @param {Readonly<Record<string, T>>} strict @returns {Record<string, T>}
 */
function withClaims(figures, strict) {
  return Object.fromEntries(
    Object.entries(figures).map(([name, figure]) => {
      const { claim = figure.claim, directions = null } = strict[name] ?? {};
      return [name, { ...figure, claim, directions }];
    }),
  );
}
