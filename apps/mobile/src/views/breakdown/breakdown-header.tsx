import type { LeanScore, PageSnapshot } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";
import { ChangeHighlight } from "../../parts/change-highlight.tsx";
import { Figure, Figures } from "../../parts/figure.tsx";
import { FormulaHint } from "../../parts/formula-hint.tsx";
import { Scale } from "../../parts/score.tsx";
import { besideWords, directionOf } from "../../parts/score-direction.ts";
import { OutsideLinks } from "./outside-links.tsx";
import { RatingRow } from "./rating-row.tsx";

interface BreakdownHeaderProps {
  readonly snapshot: PageSnapshot;
  readonly lean: LeanScore;
  readonly isOfNow: boolean;
  readonly favourite: boolean;
  readonly toggleFavourite: (symbol: string) => void;
}

/** The score, its direction, and the symbol's figures of the day. The snapshot has all of these. */
export function BreakdownHeader({ snapshot, lean, isOfNow, favourite, toggleFavourite }: BreakdownHeaderProps) {
  const { missing } = snapshot;
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
      <div class="breakdown-scale">
        <Scale value={lean.score} />
        <FormulaHint of="score" label="Score" />
      </div>
      <RatingRow lean={lean} path={path} missing={missing} />
      <Figures tiles>
        <Figure
          path={`${path}.reliability`}
          label="Reliability"
          missing={missing}
          value={lean.reliability}
          format={formats.share}
          hint={<FormulaHint of="reliability" label="Reliability" />}
        />
        <Figure
          path={`${path}.price`}
          label="Price, USD"
          hint={<FormulaHint of="price" label="Price, USD" />}
          missing={missing}
          value={lean.price}
          format={formats.price}
        />
        <Figure
          path={`${path}.change_24h`}
          label="24 h change"
          hint={<FormulaHint of="day_change" label="24 h change" />}
          missing={missing}
          value={lean.change_24h}
          format={formats.signedPercent}
          signed
        />
        <Figure
          path={`${path}.volume_24h`}
          label="24 h volume"
          hint={<FormulaHint of="volume_24h" label="24 h volume" />}
          missing={missing}
          value={lean.volume_24h}
          format={formats.usd}
        />
        <Figure
          path={`${path}.high_24h`}
          label="24 h high, USD"
          hint={<FormulaHint of="day_range" label="24 h high, USD" />}
          missing={missing}
          value={lean.high_24h}
          format={formats.price}
        />
        <Figure
          path={`${path}.low_24h`}
          label="24 h low, USD"
          hint={<FormulaHint of="day_range" label="24 h low, USD" />}
          missing={missing}
          value={lean.low_24h}
          format={formats.price}
        />
      </Figures>
      <OutsideLinks snapshot={snapshot} symbol={lean.symbol} />
    </section>
  );
}
