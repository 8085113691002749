import type { ConfluenceAnalysis } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";
import { Figures, Term } from "../../parts/figure.tsx";
import { FormulaHint } from "../../parts/formula-hint.tsx";
import { spanOf } from "../record/record-words.ts";

/** Reversion against the market, only for the times ahead for which its own record allows it. */
export function OutlookSection({ analysis }: { readonly analysis: ConfluenceAnalysis }) {
  const { outlook, outlook_gates: gates, missing } = analysis;
  if (outlook === undefined || gates === undefined) {
    return null;
  }
  const horizons = ["1h", "4h"] as const;
  const shown = horizons.filter((horizon) => gates[horizon].shown);
  return (
    <section class="card">
      <h2 class="card-title">
        Outlook: back towards the market
        <FormulaHint of={["outlook", "record_gate"]} label="Outlook" />
      </h2>
      {shown.length > 0 && (
        <>
          <Figures>
            <Term
              path="outlook.revm"
              label={`Next ${shown.map(spanOf).join(" and ")}, from -1 to +1`}
              missing={missing}
              text={outlook.revm === null ? null : formats.signedNumber(outlook.revm)}
            />
          </Figures>
          {outlook.sentence !== null && <p data-figure="outlook.sentence">{outlook.sentence}</p>}
          <p>It does not pay fees: a context, no strategy.</p>
        </>
      )}
      {horizons.map((horizon) => {
        const gate = gates[horizon];
        return (
          !gate.shown && (
            <p key={horizon} data-outlook={horizon}>
              {spanOf(horizon)}: {gate.why === "collecting" ? "collecting" : "no difference shown"}
            </p>
          )
        );
      })}
      <p>
        <a href="#/record">Its record</a>
      </p>
    </section>
  );
}
