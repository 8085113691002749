import type { MissingReason } from "../domain/symbol-inputs.ts";
import { COMPONENT_TITLES } from "./component-rules.ts";
import type { EvaluatedComponent, EvaluatedRule, WeightedOutcome } from "./evaluate.ts";
import { largestBy } from "./largest-by.ts";
import { pushWords, scoreOf } from "./score.ts";
import { shownScore } from "./sentence-numbers.ts";

const REASON_WORDS: Readonly<Record<MissingReason, string>> = {
  too_short: "too little data",
  no_activity: "no activity",
  stale_input: "data too old",
  not_provided: "not provided",
};

/** One sentence: which way the component pushes, the rules that push it there most, and how many rules have no data. */
export function interpretComponent({ definition, rules, signal }: EvaluatedComponent): string {
  const title = capitalise(COMPONENT_TITLES[definition.component]);
  if (signal === null) {
    return `${title} is unknown: ${describeGaps(rules)}.`;
  }
  const score = shownScore(scoreOf(signal));
  const known = rules.filter((rule) => rule.signal !== null);
  const unknown = rules.length - known.length;
  const without = unknown === 0 ? "" : ` (${unknown} of ${rules.length} unknown)`;
  return `${title} is ${pushWords(Number(score))} (${score}): ${namedRules(known, Math.sign(signal))}${without}.`;
}

/** The two rules that push the component's way most, the stronger first; where none pushes at all, the heaviest two. */
function namedRules(known: readonly EvaluatedRule[], towards: number): string {
  const strength = ({ rule, signal }: EvaluatedRule) => towards * rule.weight * (signal ?? 0);
  const first = largestBy(known, strength);
  const second = largestBy(known, (rule) => (rule === first ? 0 : strength(rule)));
  if (first === undefined || second === undefined || strength(first) <= 0) {
    return known.slice(0, 2).map(shortClause).join("; ");
  }
  return second === first || strength(second) <= 0
    ? shortClause(first)
    : `${shortClause(first)}; ${shortClause(second)}`;
}

function shortClause(rule: EvaluatedRule): string {
  return strongestClause(rule, false);
}

/** One sentence with the rule's figures: those of the timeframe that pushes it most, if it has timeframes. */
export function ruleSentence(rule: EvaluatedRule): string {
  return capitalise(`${strongestClause(rule, true)}.`);
}

const starts = new Map<string, string>();

/** The label of a rule and a blank, as a sentence begins: "RSI 14 at ". Made once, because hundreds of sentences begin with it. */
export function sentenceStart(label: string): string {
  const known = starts.get(label);
  if (known !== undefined) {
    return known;
  }
  const start = `${capitalise(label)} `;
  starts.set(label, start);
  return start;
}

/** The rule in one clause, with the timeframe that pushes the rule's own way most. */
function strongestClause({ rule, outcomes, signal }: EvaluatedRule, saysMost: boolean): string {
  const towards = Math.sign(signal ?? 0);
  const strength = ({ weight, outcome }: WeightedOutcome) => towards * weight * (outcome.known ? outcome.signal : 0);
  let strongest: WeightedOutcome | undefined;
  let knownCount = 0;
  for (const each of outcomes) {
    if (each.outcome.known) {
      knownCount++;
      strongest = strongest === undefined || strength(each) > strength(strongest) ? each : strongest;
    }
  }
  if (strongest === undefined) {
    return "";
  }
  if (rule.per === "symbol") {
    return textOf(strongest);
  }
  const most = saysMost && knownCount > 1 && strength(strongest) > 0 ? ", which pushes it most" : "";
  return `${rule.label} ${textOf(strongest)} on ${strongest.timeframe}${most}`;
}

/** "depth near, microprice not provided; order flow imbalance data too old". */
function describeGaps(rules: readonly EvaluatedRule[]): string {
  const byReason = new Map<MissingReason, string[]>();
  for (const { rule, reason } of rules) {
    if (reason === null) {
      continue;
    }
    byReason.set(reason, [...(byReason.get(reason) ?? []), rule.rule.replaceAll("_", " ")]);
  }
  return [...byReason].map(([reason, names]) => `${names.join(", ")} ${REASON_WORDS[reason]}`).join("; ");
}

function textOf({ outcome }: WeightedOutcome): string {
  return outcome.known ? outcome.text : "";
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
