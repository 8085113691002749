import {
  COMPONENTS,
  type ComponentName,
  type ComponentResult,
  type Contributions,
  type Figure,
  type PublishedScore,
  type SymbolAnalysis,
  type TechnicalRating,
  TIMEFRAMES,
  type Ticker,
  type Timeframe,
} from "@pulseboard/engine";
import type { AnalysisDocument, AnalysisFields } from "@pulseboard/snapshot";
import { round, roundOrNull, roundSignificant } from "./rounding.ts";

/** Six decimals of a signal: contributions still add up to W within 1e-4, at a third of the bytes. */
const SIGNAL_DECIMALS = 6;
const FIGURE_DIGITS = 8;

/** Of both W and what they are the sums of: the published score can be recomputed to .01 of a point. */
const CONTRIBUTION_DECIMALS = 8;

/**
 * The engine's analysis of now and the published score in the document's words: rounded, in snake case and Unix seconds.
 */
export function analysisFields(
  analysis: SymbolAnalysis,
  published: PublishedScore,
  ticker: Ticker,
  asOfMs: number,
): AnalysisFields {
  const { score: scoreNow, weightedSignal: weightedSignalNow } = analysis;
  if (scoreNow === null || weightedSignalNow === null) {
    throw new TypeError(`the analysis of ${analysis.symbol} has no score of now to publish`);
  }
  const { before, now, after } = published.contributions;
  const { coverage, freshness, consensus, quality } = analysis.reliabilityFactors;
  return {
    symbol: analysis.symbol,
    as_of: Math.floor(asOfMs / 1000),
    price: ticker.lastPrice,
    score: round(published.score, 2),
    score_now: round(scoreNow, 2),
    reliability: round(analysis.reliability, 4),
    reliability_factors: {
      coverage: round(coverage, 4),
      freshness: round(freshness, 4),
      consensus: round(consensus, 4),
      quality: round(quality, 4),
    },
    weighted_signal: round(published.weightedSignal, CONTRIBUTION_DECIMALS),
    weighted_signal_now: round(weightedSignalNow, CONTRIBUTION_DECIMALS),
    contributions: {
      before: before === null ? null : contributionFields(before),
      now: contributionFields(now),
      after: contributionFields(after),
    },
    since_before_ms: published.sinceBeforeMs,
    averaged_ms: Math.round(published.averagedMs),
    interpretation: {
      overall: published.interpretation.overall,
      actionable_insights: published.interpretation.actionableInsights,
    },
    components: byComponent((name) => componentFields(componentOf(analysis, name))),
    technical_rating: byTimeframe((timeframe) => ratingFields(analysis.technicalRating[timeframe])),
    inputs: analysis.inputs.map(({ input, asOfMs: inputAsOfMs, ageMs, count, fresh, reason }) => ({
      input,
      as_of: inputAsOfMs === null ? null : Math.floor(inputAsOfMs / 1000),
      age_s: ageMs === null ? null : round(ageMs / 1000, 3),
      count,
      fresh,
      reason,
    })),
  };
}

/** One entry for each component, in the engine's order. */
function byComponent<T>(make: (name: ComponentName) => T): Record<ComponentName, T> {
  return Object.fromEntries(COMPONENTS.map((name) => [name, make(name)])) as Record<ComponentName, T>;
}

/** One entry for each timeframe, shortest first. */
function byTimeframe<T>(make: (timeframe: Timeframe) => T): Record<Timeframe, T> {
  return Object.fromEntries(TIMEFRAMES.map((timeframe) => [timeframe, make(timeframe)])) as Record<Timeframe, T>;
}

function contributionFields(contributions: Contributions): Record<ComponentName, number> {
  return byComponent((name) => round(contributions[name], CONTRIBUTION_DECIMALS));
}

function componentOf(analysis: SymbolAnalysis, name: ComponentName): ComponentResult {
  const found = analysis.components.find(({ component }) => component === name);
  if (found === undefined) {
    throw new Error(`the analysis of ${analysis.symbol} has no component ${name}`);
  }
  return found;
}

function componentFields(component: ComponentResult): AnalysisDocument["components"]["technical"] {
  return {
    signal: roundOrNull(component.signal, SIGNAL_DECIMALS),
    score: roundOrNull(component.score, 2),
    weight: component.weight,
    contribution: round(component.contribution, SIGNAL_DECIMALS),
    reason: component.reason,
    interpretation: component.interpretation,
    rules: Object.fromEntries(
      component.rules.map((rule) => [
        rule.rule,
        {
          ...ruleFields(rule),
          event_based: rule.eventBased,
          timeframes: Object.fromEntries(rule.timeframes.map((part) => [part.timeframe, ruleFields(part)])),
        },
      ]),
    ),
  };
}

/** The fields that a rule and each of its timeframes have in common. */
function ruleFields(rule: ComponentResult["rules"][number] | ComponentResult["rules"][number]["timeframes"][number]) {
  return {
    signal: roundOrNull(rule.signal, SIGNAL_DECIMALS),
    weight: roundSignificant(rule.weight, 6),
    contribution: round(rule.contribution, SIGNAL_DECIMALS),
    reason: rule.reason,
    sentence: rule.sentence,
    figures: rule.figures.map(figureFields),
  };
}

function ratingFields(rating: TechnicalRating): AnalysisDocument["technical_rating"]["1m"] {
  return {
    all: roundOrNull(rating.all, SIGNAL_DECIMALS),
    moving_averages: roundOrNull(rating.movingAverages, SIGNAL_DECIMALS),
    oscillators: roundOrNull(rating.oscillators, SIGNAL_DECIMALS),
    label: rating.label,
    votes: rating.votes.map(({ indicator, vote, values }) => ({ indicator, vote, values: values.map(figureFields) })),
  };
}

function figureFields({ name, value, unit }: Figure) {
  return { name, value: roundSignificant(value, FIGURE_DIGITS), unit };
}
