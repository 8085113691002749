import type { ConfluenceAnalysis } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";
import { ChangeHighlight } from "../../parts/change-highlight.tsx";
import type { ComponentName } from "../../parts/components.ts";
import { FormulaHint } from "../../parts/formula-hint.tsx";
import { reasonSentence } from "../../parts/reasons.ts";
import { directionOf, signDirection } from "../../parts/score-direction.ts";
import { RuleList } from "./rule-list.tsx";
import "./component-section.css";

interface ComponentSectionProps {
  readonly name: ComponentName;
  readonly title: string;
  readonly component: ConfluenceAnalysis["breakdown"][ComponentName];
}

/** One component: its score, its weight in the total, and the rules behind it. */
export function ComponentSection({ name, title, component }: ComponentSectionProps) {
  const { score, weight, contribution, interpretation, reason, rules } = component;
  const path = `breakdown.${name}`;
  const contributionText = formats.signedNumber(contribution, 3);
  const known = Object.values(rules).filter(({ signal }) => signal !== null).length;
  const total = Object.keys(rules).length;
  return (
    <section class="component" data-component={name} aria-labelledby={`component-${name}`}>
      <h3 class="component-title" id={`component-${name}`}>
        {title}
        <FormulaHint of={[name, "component", "contribution"]} label={title} />
      </h3>
      <p class="component-score">
        {score === null ? (
          <span data-figure={`${path}.score`}>unknown</span>
        ) : (
          <>
            <span class={directionOf(score).direction} aria-hidden="true">
              {directionOf(score).sign}
            </span>{" "}
            <b data-figure={`${path}.score`}>
              <ChangeHighlight text={formats.score(score)} />
            </b>
            <span class="visually-hidden"> {directionOf(score).word}</span>
          </>
        )}
      </p>
      <ContributionBar contribution={contribution} />
      <p class="component-share">
        {score === null ? "contributes nothing" : "contributes "}
        {score !== null && (
          <b class={signDirection(contributionText)} data-figure={`${path}.contribution`}>
            <ChangeHighlight text={contributionText} />
          </b>
        )}
        , weight{" "}
        <span data-figure={`${path}.weight`}>
          <ChangeHighlight text={formats.share(weight)} />
        </span>
      </p>
      <p class="component-sentence" data-figure={`${path}.interpretation`}>
        {interpretation}
        {reason !== null && ` ${reasonSentence(reason)}`}
      </p>
      <details class="rules">
        <summary>
          {formats.count(total)} rules{known < total && `, ${formats.count(total - known)} unknown`}
        </summary>
        <RuleList path={path} rules={rules} />
      </details>
    </section>
  );
}

/** A contribution of this size or more fills its half of the bar: the heaviest component weighs .30. */
const FULL = 0.3;

function ContributionBar({ contribution }: { readonly contribution: number }) {
  const length = Math.min(1, Math.abs(contribution) / FULL) * 50;
  return (
    <svg class="contribution" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="contribution-track" width="100" height="6" />
      <rect
        class={contribution >= 0 ? "contribution-fill long" : "contribution-fill short"}
        x={contribution >= 0 ? 50 : 50 - length}
        width={length}
        height="6"
      />
      <line class="contribution-middle" x1="50" x2="50" y1="0" y2="6" />
    </svg>
  );
}
