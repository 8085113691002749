import type { MissingReason } from "../domain/symbol-inputs.ts";
import { COMPONENT_TITLES } from "./component-rules.ts";
import type { EvaluatedComponent, EvaluatedRule, WeightedOutcome } from "./evaluate.ts";
import { formatNumber } from "./rule-outcome.ts";
import { bias, scoreOf } from "./score.ts";

const REASON_WORDS: Readonly<Record<MissingReason, string>> = {
  too_short: "too little data",
  no_activity: "no activity",
  stale_input: "data too old",
  not_provided: "not provided",
};

/** How many rules a component's sentence names. */
const NAMED_RULES = 2;

/** One sentence: the component's direction, the figures with the largest weight in it, and the gaps. */
export function interpretComponent({ definition, rules, signal }: EvaluatedComponent): string {
  const title = capitalise(COMPONENT_TITLES[definition.component]);
  const gaps = describeGaps(rules);
  if (signal === null) {
    return `${title} is unknown: ${gaps}.`;
  }
  const score = scoreOf(signal);
  const towards = Math.sign(signal);
  const strength = (rule: EvaluatedRule) => towards * rule.rule.weight * (rule.signal ?? 0);
  const named = rules
    .filter((rule) => rule.signal !== null)
    .sort((a, b) => strength(b) - strength(a))
    .slice(0, NAMED_RULES)
    .map(strongestClause);
  const without = gaps === "" ? "" : ` (unknown: ${gaps})`;
  return `${title} is ${bias(score)} (${formatNumber(score)}): ${named.join("; ")}${without}.`;
}

/** One sentence with the rule's figures, for each timeframe if it has timeframes. */
export function ruleSentence({ rule, outcomes }: EvaluatedRule): string {
  if (rule.per === "symbol") {
    return `${capitalise(outcomes.map(textOf).join(""))}.`;
  }
  let sentence = sentenceStart(rule.label);
  let separator = "";
  for (const part of outcomes) {
    if (part.outcome.known) {
      sentence += `${separator}${part.outcome.text} on ${part.timeframe}`;
      separator = ", ";
    }
  }
  return `${sentence}.`;
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

/** The rule in one clause, with the timeframe that contributes most. */
function strongestClause({ rule, outcomes }: EvaluatedRule): string {
  let strongest: WeightedOutcome | undefined;
  let most = -1;
  for (const each of outcomes) {
    const strength = each.outcome.known ? each.weight * Math.abs(each.outcome.signal) : -1;
    if (strength > most) {
      most = strength;
      strongest = each;
    }
  }
  if (strongest === undefined) {
    return "";
  }
  return rule.per === "symbol" ? textOf(strongest) : `${rule.label} ${textOf(strongest)} on ${strongest.timeframe}`;
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
