import type { LeanScore, Missing } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";
import { ChangeHighlight } from "../../parts/change-highlight.tsx";
import { Figure, Figures } from "../../parts/figure.tsx";
import { FormulaHint } from "../../parts/formula-hint.tsx";
import { Scale } from "../../parts/score.tsx";
import { besideWords, directionOf } from "../../parts/score-direction.ts";

interface BreakdownHeaderProps {
  readonly lean: LeanScore;
  readonly isOfNow: boolean;
  readonly missing: Missing;
  readonly favourite: boolean;
  readonly toggleFavourite: (symbol: string) => void;
}

/** The score, its direction, and the symbol's figures of the day. The snapshot has all of these. */
export function BreakdownHeader({ lean, isOfNow, missing, favourite, toggleFavourite }: BreakdownHeaderProps) {
  const path = `confluence_scores.${lean.symbol}`;
  const { direction, sign, word } = directionOf(lean.score);
  const beside = isOfNow ? besideWords(lean) : "";
  return (
    <section class="card" aria-label="Score">
      <div class="breakdown-top">
        <p class="breakdown-score">
          <span class="breakdown-number" data-figure={`${path}.score`}>
            <ChangeHighlight text={formats.score(lean.score)} />
          </span>{" "}
          <span class={`breakdown-direction ${direction}`}>
            <span aria-hidden="true">{sign}</span> {word}
          </span>
          <FormulaHint of="score" label="Score" />
          {beside !== "" && <span class="breakdown-beside"> {beside}</span>}
        </p>
        <button
          type="button"
          class="breakdown-star"
          aria-pressed={favourite}
          onClick={() => toggleFavourite(lean.symbol)}
        >
          <span aria-hidden="true">{favourite ? "★" : "☆"}</span> Favourite
        </button>
      </div>
      <Scale value={lean.score} />
      <Figures tiles>
        <Figure
          path={`${path}.reliability`}
          label="Reliability"
          missing={missing}
          value={lean.reliability}
          format={formats.share}
          hint={<FormulaHint of="reliability" label="Reliability" />}
        />
        <Figure path={`${path}.price`} label="Price, USD" missing={missing} value={lean.price} format={formats.price} />
        <Figure
          path={`${path}.change_24h`}
          label="24 h change"
          missing={missing}
          value={lean.change_24h}
          format={formats.signedPercent}
          signed
        />
        <Figure
          path={`${path}.volume_24h`}
          label="24 h volume"
          missing={missing}
          value={lean.volume_24h}
          format={formats.usd}
        />
        <Figure
          path={`${path}.high_24h`}
          label="24 h high, USD"
          missing={missing}
          value={lean.high_24h}
          format={formats.price}
        />
        <Figure
          path={`${path}.low_24h`}
          label="24 h low, USD"
          missing={missing}
          value={lean.low_24h}
          format={formats.price}
        />
      </Figures>
    </section>
  );
}
