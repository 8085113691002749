import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { formats } from "../../format/formats.ts";
import { reasonSentence } from "../../parts/reasons.ts";
import { isOfNow } from "../../parts/score-direction.ts";
import { SectionNote } from "../../parts/section-note.tsx";
import { View } from "../../parts/view.tsx";
import type { ViewProps } from "../view-props.ts";
import { type Arrangement, INITIAL_ARRANGEMENT } from "./arrange-scores.ts";
import { reasonsBySymbol } from "./reasons-by-symbol.ts";
import { NO_REASONS, ScoreRow } from "./score-row.tsx";
import { ScoresControls } from "./scores-controls.tsx";
import { type SortColumn, sortColumn } from "./sort-column.ts";
import { useDays } from "./use-days.ts";
import { useStableOrder } from "./use-stable-order.ts";
import "./scores-view.css";

/** Drawn at once; the others when the browser has told which of them are near the screen. */
const ROWS_OF_A_SCREEN = 10;

/** As the reader left it, for their return from a breakdown. */
let kept: Arrangement = INITIAL_ARRANGEMENT;

/** Every scored symbol, what stands out of the market most first by default. */
export function ScoresView({ snapshot, favourites, nowS, actions }: ViewProps) {
  const [arrangement, setArrangement] = useState(kept);
  const arrange = (next: Arrangement) => {
    kept = next;
    setArrangement(next);
  };
  const { confluence_scores: scores, missing } = snapshot;
  const reasons = useMemo(() => reasonsBySymbol(missing), [missing]);
  const { shown, isOutdated, sortAgain } = useStableOrder(scores, arrangement, favourites);
  const { expected, as_of: asOf } = snapshot.sections.scores;
  const { days, failure } = useDays(actions.loadDays, snapshot.origin, asOf ?? 0);
  const sorted = sortColumn(arrangement.sortBy);
  const ofNow = isOfNow(snapshot, nowS);
  const found = `${formats.count(shown.length)} of ${formats.count(scores.length)} scored symbols`;
  const said = useSaidOnce(found, arrangement);
  const list = useRef<HTMLUListElement>(null);
  const again = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    // When the button is disabled, the focus must not be lost.
    if (!isOutdated && document.activeElement === again.current) {
      list.current?.focus({ preventScroll: true });
    }
  });
  return (
    <View name="scores" title="Scores">
      <ScoresControls arrangement={arrangement} arrange={arrange} />
      <SectionNote snapshot={snapshot} section="scores" nowS={nowS} />
      <details class="scores-legend">
        <summary>How to read a row</summary>
        <p>
          The bars show, from left to right, the technical picture, volume, order flow, order book, positioning and
          price structure: up is above 50, down is below. The figure beside them is the reliability of the score. The
          line is the price of the last 24 h by half hours, broken where one is not known; the dotted line is the price
          24 h ago. Each line fills its height with its own range, from 1 % of the price on. Sorted by a figure that
          rows do not have otherwise, it stands in the place of the volume. A score says what pushes; it forecasts
          nothing.
        </p>
      </details>
      <div class="scores-count">
        <p>
          {found}
          {expected > scores.length && `; ${formats.count(expected - scores.length)} more could not be scored`}
        </p>
        <p class="visually-hidden" role="status">
          {said}
        </p>
        {/* It keeps its place while there is nothing to sort. */}
        <button ref={again} type="button" class="scores-again" disabled={!isOutdated} onClick={sortAgain}>
          Sort again
        </button>
      </div>
      <div class="score-list-frame">
        <ColumnTitles sorted={sorted} />
        <ul class="score-list" ref={list} tabIndex={-1}>
          {shown.map((score, place) => (
            <ScoreRow
              isFirst={place < ROWS_OF_A_SCREEN}
              key={score.symbol}
              score={score}
              isOfNow={ofNow}
              reasons={reasons.get(score.symbol) ?? NO_REASONS}
              sorted={sorted}
              days={days}
              daysFailure={failure}
              favourite={favourites.has(score.symbol)}
              toggleFavourite={actions.toggleFavourite}
            />
          ))}
        </ul>
      </div>
      {shown.length === 0 && <p>{scores.length > 0 ? "No symbol matches." : noScores(snapshot)}</p>}
    </View>
  );
}

/** For a screen reader: the result of an arrangement, but not of each new snapshot. */
function useSaidOnce(found: string, arrangement: Arrangement): string {
  const said = useRef({ arrangement, text: "" });
  if (said.current.arrangement !== arrangement) {
    said.current = { arrangement, text: found };
  }
  return said.current.text;
}

/** Why there are none. If the section is stale, its note has already said so. */
function noScores({ sections: { scores } }: ViewProps["snapshot"]): string {
  return scores.stale ? "No symbol is scored." : `No symbol is scored. ${reasonSentence(scores.reason)}`;
}

/** Column titles, only for the eye and only where a row is one line: every figure names itself to a screen reader. */
function ColumnTitles({ sorted }: { readonly sorted: SortColumn | null }) {
  return (
    <div class="score-row score-titles" aria-hidden="true">
      <div class="score-row-main">
        <span class="score-row-symbol">Symbol</span>
        <span class="score-row-score">Score</span>
        <span class="score-row-history">24 h</span>
        <div class="score-row-figures">
          <span class="score-row-price">Price</span>
          <span class="score-row-change">Change</span>
          <span class="score-row-volume">{sorted === null ? "Volume" : sorted.title}</span>
        </div>
        <span class="score-row-bars">Components</span>
        <span class="score-row-reliability">Reliability</span>
      </div>
    </div>
  );
}
