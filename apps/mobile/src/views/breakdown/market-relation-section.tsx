import type { ConfluenceAnalysis, LeanScore, Missing } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";
import { Figure, Figures } from "../../parts/figure.tsx";
import { FormulaHint } from "../../parts/formula-hint.tsx";

interface MarketRelationSectionProps {
  readonly lean: LeanScore;
  readonly missing: Missing;
  readonly analysis: ConfluenceAnalysis;
  /** How many symbols are scored. */
  readonly scored: number;
}

/** How the symbol moves with Bitcoin, what it moved without it, and where its score stands among all. */
export function MarketRelationSection({ lean, missing, analysis, scored }: MarketRelationSectionProps) {
  const { beta_btc: beta, correlation_btc: correlation, own_move_24h: ownMove, relative, relative_rank: rank } = lean;
  if (beta === undefined || correlation === undefined || ownMove === undefined) {
    // A document of an older worker.
    return null;
  }
  const path = `confluence_scores.${lean.symbol}`;
  return (
    <section class="card" data-section="market-relation">
      <h2 class="card-title">Against Bitcoin and the market</h2>
      <Figures>
        <Figure
          path={`${path}.beta_btc`}
          label="Beta to Bitcoin"
          missing={missing}
          value={beta}
          format={formats.number}
          hint={<FormulaHint of="beta" label="Beta to Bitcoin" />}
          note={beta !== null && betaWords(formats.number(beta))}
        />
        <Figure
          path={`${path}.correlation_btc`}
          label="Correlation with Bitcoin"
          missing={missing}
          value={correlation}
          format={formats.number}
          hint={<FormulaHint of="correlation" label="Correlation with Bitcoin" />}
          note={correlation !== null && "1 is in step with it, 0 is without it, -1 against it."}
        />
        <Figure
          path={`${path}.own_move_24h`}
          label="Own move, 24 h"
          missing={missing}
          value={ownMove}
          format={formats.signedPercent}
          signed
          hint={<FormulaHint of="ownMove" label="Own move, 24 h" />}
          note={ownMove !== null && "What it moved in 24 h, less beta times what Bitcoin moved."}
        />
        {relative !== undefined && (
          <Figure
            path={`${path}.relative`}
            label="Relative score"
            missing={missing}
            value={relative}
            format={formats.score}
            hint={<FormulaHint of="relative" label="Relative score" />}
            note={rank != null && `Place ${formats.count(rank)} of ${formats.count(scored)}, the highest first.`}
          />
        )}
      </Figures>
      <p class="figure-note">{spanWords(analysis.against_btc?.hourly_returns ?? null)}</p>
    </section>
  );
}

/** Beta in a sentence, by the figure as it is written. */
export function betaWords(beta: string): string {
  const size = beta.replace(/^[-\u2212]/, "");
  if (Number(size) === 0) {
    return "Its line over Bitcoin's moves is flat.";
  }
  return `By its line over Bitcoin's moves it ${size === beta ? "rose" : "fell"} ${size}% where Bitcoin rose 1%.`;
}

/** What the figures against Bitcoin are made from. */
function spanWords(hourlyReturns: number | null): string {
  const returns = "hourly returns of the last 7 days";
  return hourlyReturns === null
    ? `Those against Bitcoin need 72 ${returns}.`
    : `Those against Bitcoin are made from ${formats.count(hourlyReturns)} ${returns}: they describe that time, and forecast nothing.`;
}
