import type { ConfluenceAnalysis, Missing } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";
import { Unknown } from "../../parts/figure.tsx";
import { FormulaHint } from "../../parts/formula-hint.tsx";
import { signDirection } from "../../parts/score-direction.ts";
import { TableFrame } from "../../parts/table-frame.tsx";
import { figureText } from "./figure-text.ts";
import { TIMEFRAMES } from "./rule-names.ts";
import "../../parts/figure-table.css";
import "./rating-section.css";

type Ratings = ConfluenceAnalysis["technical_rating"];
type Rating = Ratings["1m"];
type Vote = Rating["votes"][number]["vote"];

interface RatingSectionProps {
  readonly ratings: Ratings;
  /** This symbol's path in the snapshot: "confluence_scores.BTCUSDT". */
  readonly path: string;
  readonly missing: Missing;
}

/** The technical rating of each timeframe with its votes. The score does not use it. */
export function RatingSection({ ratings, path, missing }: RatingSectionProps) {
  return (
    <section class="card">
      <h2 class="card-title">
        Technical rating, a public yardstick for comparison
        <FormulaHint of={["rating", "votes"]} label="Technical rating" />
      </h2>
      {TIMEFRAMES.map((timeframe) => (
        <TimeframeRating
          key={timeframe}
          timeframe={timeframe}
          rating={ratings[timeframe]}
          reasonOf={(field) => missing[`${path}.technical_rating.${timeframe}.${field}`]}
        />
      ))}
    </section>
  );
}

interface TimeframeRatingProps {
  readonly timeframe: (typeof TIMEFRAMES)[number];
  readonly rating: Rating;
  /** Why a field of the rating is unknown. */
  readonly reasonOf: (field: string) => string | undefined;
}

function TimeframeRating({ timeframe, rating, reasonOf }: TimeframeRatingProps) {
  const path = `technical_rating.${timeframe}`;
  const { label, all, moving_averages, oscillators, votes } = rating;
  const cast = (vote: Vote) => formats.count(votes.filter((entry) => entry.vote === vote).length);
  return (
    <section class="rating" aria-labelledby={`rating-${timeframe}`}>
      <h3 id={`rating-${timeframe}`}>{timeframe}</h3>
      <div>
        {label !== null && <b data-figure={`${path}.label`}>{label} </b>}
        <Mean name="rating" path={`${path}.all`} value={all} reason={reasonOf("all")} />
      </div>
      <div class="rating-means">
        averages{" "}
        <Mean
          name="averages"
          path={`${path}.moving_averages`}
          value={moving_averages}
          reason={reasonOf("moving_averages")}
        />
        , oscillators{" "}
        <Mean name="oscillators" path={`${path}.oscillators`} value={oscillators} reason={reasonOf("oscillators")} />
      </div>
      {votes.length > 0 && (
        <details class="rules rating-votes">
          <summary>
            {formats.count(votes.length)} votes: {cast(1)} buy, {cast(0)} neutral, {cast(-1)} sell
          </summary>
          <VoteTable timeframe={timeframe} votes={votes} />
        </details>
      )}
    </section>
  );
}

interface MeanProps {
  readonly name: string;
  readonly path: string;
  /** Mean of votes of -1, 0 and 1; null when unknown. */
  readonly value: number | null;
  readonly reason: string | undefined;
}

function Mean({ name, path, value, reason }: MeanProps) {
  const text = value === null ? null : formats.signedNumber(value, 2);
  return (
    <span class={text === null ? "" : signDirection(text)} data-figure={path}>
      {text ?? <Unknown label={name} reason={reason} />}
    </span>
  );
}

function VoteTable({ timeframe, votes }: { readonly timeframe: string; readonly votes: Rating["votes"] }) {
  return (
    <TableFrame label={`Votes on ${timeframe}`}>
      <table class="figure-table vote-table">
        <thead>
          <tr>
            <th scope="col">Indicator</th>
            <th scope="col">Vote</th>
            <th scope="col">Values</th>
          </tr>
        </thead>
        <tbody>
          {votes.map(({ indicator, vote, values }) => (
            <tr key={indicator}>
              <th scope="row">{indicator}</th>
              <td class={signDirection(voteWords(vote))}>{voteWords(vote)}</td>
              <td class="vote-values">{values.map(figureText).join("; ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function voteWords(vote: Vote): string {
  if (vote === null) {
    return "none: too few candles";
  }
  if (vote === 0) {
    return "neutral";
  }
  return vote > 0 ? "▲ buy" : "▼ sell";
}
