import type { ConfluenceAnalysis } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";
import { Figures, Term } from "../../parts/figure.tsx";
import { FormulaHint } from "../../parts/formula-hint.tsx";

type Factor = keyof ConfluenceAnalysis["reliability_factors"];

/** The factors of the reliability in the method's order, and what each one measures. */
const RELIABILITY_FACTORS: readonly {
  readonly factor: Factor;
  readonly title: string;
  readonly meaning: string;
}[] = [
  { factor: "coverage", title: "Coverage", meaning: "how much of the score's input is known" },
  { factor: "freshness", title: "Freshness", meaning: "how much of that input is fresh" },
  { factor: "consensus", title: "Consensus", meaning: "how far its rules agree; counts half" },
  { factor: "quality", title: "Quality", meaning: "how tight the spread is, and how deep the book" },
];

/** The factors behind the score's reliability. */
export function ReliabilitySection({ analysis }: { readonly analysis: ConfluenceAnalysis }) {
  return (
    <section class="card">
      <h2 class="card-title">
        Reliability {formats.share(analysis.reliability)} and its factors
        <FormulaHint of="reliability" label="Reliability" />
      </h2>
      <Figures tiles>
        {RELIABILITY_FACTORS.map(({ factor, title, meaning }) => (
          <Term
            key={factor}
            path={`reliability_factors.${factor}`}
            label={title}
            missing={{}}
            text={formats.share(analysis.reliability_factors[factor])}
            note={meaning}
            hint={<FormulaHint of={factor} label={title} />}
          />
        ))}
      </Figures>
    </section>
  );
}
