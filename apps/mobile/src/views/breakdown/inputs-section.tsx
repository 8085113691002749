import type { ConfluenceAnalysis } from "@pulseboard/snapshot";
import { formatRoughAge } from "../../format/age.ts";
import { formats } from "../../format/formats.ts";
import { FormulaHint } from "../../parts/formula-hint.tsx";
import { reasonSentence } from "../../parts/reasons.ts";
import { TableFrame } from "../../parts/table-frame.tsx";
import { nameInWords } from "./rule-names.ts";
import "../../parts/figure-table.css";
import "./inputs-section.css";

type Inputs = ConfluenceAnalysis["inputs"];

/** The inputs of the score, and the age of each at the moment of scoring. */
export function InputsSection({ inputs }: { readonly inputs: Inputs }) {
  return (
    <section class="card">
      <h2 class="card-title">
        Inputs at the time of scoring
        <FormulaHint of="inputs" label="Inputs at the time of scoring" />
      </h2>
      <TableFrame label="Inputs">
        <table class="figure-table">
          <thead>
            <tr>
              <th scope="col">Input</th>
              <th scope="col">Age</th>
              <th scope="col">Count</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {inputs.map((input) => (
              <InputRow key={input.input} input={input} />
            ))}
          </tbody>
        </table>
      </TableFrame>
    </section>
  );
}

function InputRow({ input: { input, as_of, age_s, count, fresh, reason } }: { readonly input: Inputs[number] }) {
  return (
    <tr data-input={input}>
      <th scope="row">
        {nameInWords(input)}
        <span class="input-words">
          {as_of !== null && `as of ${formats.dateTime(as_of)}. `}
          {reason !== null && reasonSentence(reason)}
        </span>
      </th>
      <td>{age_s === null ? "unknown" : formatRoughAge(age_s)}</td>
      <td>{formats.count(count)}</td>
      <td>{stateWord(fresh, reason)}</td>
    </tr>
  );
}

/** Input that is too old to be used is still listed. */
function stateWord(fresh: boolean, reason: Inputs[number]["reason"]): string {
  if (reason === null) {
    return fresh ? "fresh" : "old";
  }
  return reason === "stale_input" ? "too old" : "missing";
}
