import type { ConfluenceAnalysis } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";
import { Figures, Term } from "../../parts/figure.tsx";
import { RELIABILITY_FACTORS } from "./reliability-words.ts";

/** What the reliability of the score is made of. */
export function ReliabilitySection({ analysis }: { readonly analysis: ConfluenceAnalysis }) {
  return (
    <section class="card">
      <h2 class="card-title">Reliability {formats.share(analysis.reliability)}, made of</h2>
      <Figures tiles>
        {RELIABILITY_FACTORS.map(({ factor, title, meaning }) => (
          <Term
            key={factor}
            path={`reliability_factors.${factor}`}
            label={title}
            missing={{}}
            text={formats.share(analysis.reliability_factors[factor])}
            note={meaning}
          />
        ))}
      </Figures>
    </section>
  );
}
