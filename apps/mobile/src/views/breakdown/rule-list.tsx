import type { ConfluenceAnalysis } from "@pulseboard/snapshot";
import type { ComponentChildren } from "preact";
import { formats } from "../../format/formats.ts";
import { ChangeHighlight } from "../../parts/change-highlight.tsx";
import type { ComponentName } from "../../parts/components.ts";
import { FormulaHint } from "../../parts/formula-hint.tsx";
import { reasonSentence } from "../../parts/reasons.ts";
import { signDirection } from "../../parts/score-direction.ts";
import { figureText } from "./figure-text.ts";
import { nameInWords, TIMEFRAMES } from "./rule-names.ts";
import "./rule-list.css";

type Rules = ConfluenceAnalysis["breakdown"][ComponentName]["rules"];
type Rule = Rules[string];
type SignalFields = Pick<Rule, "signal" | "weight" | "contribution" | "reason" | "sentence" | "figures">;

interface RuleListProps {
  /** "breakdown.technical". */
  readonly path: string;
  readonly rules: Rules;
}

/** The rules of one component with their signals, weights, contributions and sentences. */
export function RuleList({ path, rules }: RuleListProps) {
  return (
    <ul class="rule-list">
      {Object.entries(rules).map(([name, rule]) => (
        <li key={name} class="rule" data-rule={name}>
          <Numbers
            name={nameInWords(name)}
            fields={rule}
            path={`${path}.rules.${name}`}
            hint={<FormulaHint of={[name, "rule", "contribution"]} label={nameInWords(name)} />}
          />
          <p class="rule-words">
            <Words fields={rule} />
            {rule.event_based && " It is based on events, so it may jump."}
          </p>
          <Timeframes timeframes={rule.timeframes} />
        </li>
      ))}
    </ul>
  );
}

interface NumbersProps {
  readonly name: string;
  readonly fields: SignalFields;
  readonly path?: string;
  readonly hint?: ComponentChildren;
}

function Numbers({ name, fields: { signal, weight, contribution }, path, hint }: NumbersProps) {
  const signalText = signal === null ? "unknown" : formats.signedNumber(signal, 2);
  return (
    <>
      <b class="rule-name">
        {name}
        {hint}
      </b>
      <dl class="rule-numbers">
        <div class="rule-number">
          <dt>Signal</dt>
          <dd class={signDirection(signalText)} data-figure={path && `${path}.signal`}>
            <ChangeHighlight text={signalText} />
          </dd>
        </div>
        <div class="rule-number">
          <dt>Weight</dt>
          <dd data-figure={path && `${path}.weight`}>
            <ChangeHighlight text={formats.share(weight)} />
          </dd>
        </div>
        <div class="rule-number">
          <dt>Contribution</dt>
          <dd data-figure={path && `${path}.contribution`}>
            <ChangeHighlight text={signal === null ? "none" : formats.signedNumber(contribution, 3)} />
          </dd>
        </div>
      </dl>
    </>
  );
}

function Words({ fields: { sentence, reason, figures } }: { readonly fields: SignalFields }) {
  const said = reason === null ? sentence : reasonSentence(reason);
  return (
    <>
      {said}
      {figures.length > 0 && <span class="rule-figures"> {figures.map(figureText).join("; ")}.</span>}
    </>
  );
}

function Timeframes({ timeframes }: Pick<Rule, "timeframes">) {
  const known = TIMEFRAMES.flatMap((timeframe) => {
    const fields = timeframes[timeframe];
    return fields === undefined ? [] : [{ timeframe, fields }];
  });
  if (known.length === 0) {
    return null;
  }
  return (
    <details class="rule-details">
      <summary>Per timeframe</summary>
      <ul class="rule-list">
        {known.map(({ timeframe, fields }) => (
          <li key={timeframe} class="rule">
            <Numbers name={timeframe} fields={fields} />
            <p class="rule-words">
              <Words fields={fields} />
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}
