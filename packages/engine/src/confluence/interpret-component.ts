import type { MissingReason } from "../domain/symbol-inputs.ts";
import { TITLES } from "./component-rules.ts";
import type { EvaluatedComponent, EvaluatedRule, Leaf } from "./evaluate.ts";
import { signalOf } from "./evaluate.ts";
import { say } from "./finding.ts";
import { bias, scoreOf } from "./score.ts";

const REASON_WORDS: Readonly<Record<MissingReason, string>> = {
  too_short: "too little data",
  no_activity: "no activity",
  stale_input: "data too old",
  not_provided: "not provided",
};

/** Rules named in a component's sentence. */
const NAMED_RULES = 2;

/** One sentence: where the component stands, the figures that weigh most in it, and what is missing. */
export function interpretComponent({ definition, rules, signal }: EvaluatedComponent): string {
  const title = capitalise(TITLES[definition.component]);
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
  return `${title} is ${bias(score)} (${say(score)}): ${named.join("; ")}${without}.`;
}

/** One sentence with the rule's figures, of each timeframe where it has them. */
export function ruleSentence({ rule, leaves }: EvaluatedRule): string {
  if (rule.per === "symbol") {
    return `${capitalise(leaves.map(textOf).join(""))}.`;
  }
  const parts = leaves.filter(({ finding }) => finding.known).map((leaf) => `${textOf(leaf)} on ${leaf.timeframe}`);
  return capitalise(`${rule.label} ${parts.join(", ")}.`);
}

/** The rule in a clause, with the timeframe that weighs most in it. */
function strongestClause({ rule, leaves }: EvaluatedRule): string {
  const strength = ({ weight, finding }: Leaf) => weight * Math.abs(signalOf(finding) ?? 0);
  const [strongest] = leaves.filter(({ finding }) => finding.known).sort((a, b) => strength(b) - strength(a));
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

function textOf({ finding }: Leaf): string {
  return finding.known ? finding.text : "";
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
