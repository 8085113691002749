import type { ConfluenceAnalysis } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";
import type { ComponentName } from "../../parts/components.ts";
import { toneOf } from "../../parts/leaning.ts";
import { reasonSentence } from "../../parts/reasons.ts";
import { TableFrame } from "../../parts/table-frame.tsx";
import { figureText } from "./figure-text.ts";
import { nameInWords } from "./rule-names.ts";
import "./rule-table.css";

type Rules = ConfluenceAnalysis["breakdown"][ComponentName]["rules"];
type Rule = Rules[string];
type Reading = Pick<Rule, "signal" | "weight" | "contribution" | "reason" | "sentence" | "figures">;

const TIMEFRAMES = ["1m", "5m", "30m", "4h"] as const;

interface RuleTableProps {
  /** "breakdown.technical". */
  readonly path: string;
  readonly title: string;
  readonly rules: Rules;
}

/** The rules of one component with their signals, weights and contributions, and below each what it says. */
export function RuleTable({ path, title, rules }: RuleTableProps) {
  return (
    <TableFrame label={`Rules of ${title}`}>
      <table class="rule-table">
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">Signal</th>
            <th scope="col">Weight</th>
            <th scope="col">Contribution</th>
          </tr>
        </thead>
        {Object.entries(rules).map(([name, rule]) => (
          <tbody key={name} data-rule={name}>
            <Numbers name={nameInWords(name)} reading={rule} path={`${path}.rules.${name}`} />
            <tr>
              <td colSpan={4} class="rule-words">
                <Words reading={rule} />
                {rule.event_based && " It rests on events, so it may jump."}
                <Timeframes timeframes={rule.timeframes} />
              </td>
            </tr>
          </tbody>
        ))}
      </table>
    </TableFrame>
  );
}

interface NumbersProps {
  readonly name: string;
  readonly reading: Reading;
  readonly path?: string;
}

function Numbers({ name, reading: { signal, weight, contribution }, path }: NumbersProps) {
  const signalText = signal === null ? "unknown" : formats.signedNumber(signal, 2);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class={toneOf(signalText)} data-figure={path && `${path}.signal`}>
        {signalText}
      </td>
      <td data-figure={path && `${path}.weight`}>{formats.share(weight)}</td>
      <td data-figure={path && `${path}.contribution`}>
        {signal === null ? "none" : formats.signedNumber(contribution, 3)}
      </td>
    </tr>
  );
}

function Words({ reading: { sentence, reason, figures } }: { readonly reading: Reading }) {
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
    const reading = timeframes[timeframe];
    return reading === undefined ? [] : [{ timeframe, reading }];
  });
  if (known.length === 0) return null;
  return (
    <details class="rule-details">
      <summary>Per timeframe</summary>
      <table class="rule-table">
        <thead>
          <tr>
            <th scope="col">Timeframe</th>
            <th scope="col">Signal</th>
            <th scope="col">Weight</th>
            <th scope="col">Contribution</th>
          </tr>
        </thead>
        {known.map(({ timeframe, reading }) => (
          <tbody key={timeframe}>
            <Numbers name={timeframe} reading={reading} />
            <tr>
              <td colSpan={4} class="rule-words">
                <Words reading={reading} />
              </td>
            </tr>
          </tbody>
        ))}
      </table>
    </details>
  );
}
