import type { ConfluenceAnalysis } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";
import { toneOf } from "../../parts/leaning.ts";
import { TableFrame } from "../../parts/table-frame.tsx";
import { figureText } from "./figure-text.ts";
import "./rating-section.css";

type Ratings = ConfluenceAnalysis["technical_rating"];
type Rating = Ratings["1m"];
type Vote = Rating["votes"][number]["vote"];

const TIMEFRAMES = ["1m", "5m", "30m", "4h"] as const;

/** The technical rating of each timeframe with its votes. It is no part of the score. */
export function RatingSection({ ratings }: { readonly ratings: Ratings }) {
  return (
    <section class="card">
      <h2 class="card-title">Technical rating, a public yardstick beside the score</h2>
      {TIMEFRAMES.map((timeframe) => (
        <TimeframeRating key={timeframe} timeframe={timeframe} rating={ratings[timeframe]} />
      ))}
    </section>
  );
}

interface TimeframeRatingProps {
  readonly timeframe: (typeof TIMEFRAMES)[number];
  readonly rating: Rating;
}

function TimeframeRating({ timeframe, rating }: TimeframeRatingProps) {
  const path = `technical_rating.${timeframe}`;
  const cast = (vote: Vote) => formats.count(rating.votes.filter((entry) => entry.vote === vote).length);
  return (
    <section class="rating" aria-labelledby={`rating-${timeframe}`}>
      <h3 class="rating-title" id={`rating-${timeframe}`}>
        {timeframe}
      </h3>
      <p class="rating-label">
        <b data-figure={`${path}.label`}>{rating.label ?? "unknown"}</b>{" "}
        <RatingNumber path={`${path}.all`} value={rating.all} />
      </p>
      <p class="rating-means">
        averages <RatingNumber path={`${path}.moving_averages`} value={rating.moving_averages} />, oscillators{" "}
        <RatingNumber path={`${path}.oscillators`} value={rating.oscillators} />
      </p>
      {rating.votes.length === 0 ? (
        <p class="rating-votes">There are too few candles to vote on.</p>
      ) : (
        <details class="rules rating-votes">
          <summary>
            {formats.count(rating.votes.length)} votes: {cast(1)} buy, {cast(0)} neutral, {cast(-1)} sell
          </summary>
          <VoteTable timeframe={timeframe} votes={rating.votes} />
        </details>
      )}
    </section>
  );
}

function RatingNumber({ path, value }: { readonly path: string; readonly value: number | null }) {
  const text = value === null ? "unknown" : formats.signedNumber(value, 2);
  return (
    <span class={toneOf(text)} data-figure={path}>
      {text}
    </span>
  );
}

function VoteTable({ timeframe, votes }: { readonly timeframe: string; readonly votes: Rating["votes"] }) {
  return (
    <TableFrame label={`Votes on ${timeframe}`}>
      <table class="rule-table vote-table">
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
              <td class={toneOf(voteWords(vote))}>{voteWords(vote)}</td>
              <td class="vote-values">{values.map(figureText).join("; ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function voteWords(vote: Vote): string {
  if (vote === null) return "none: too few candles";
  if (vote === 0) return "neutral";
  return vote > 0 ? "▲ buy" : "▼ sell";
}
