import type { ConfluenceAnalysis, HistorySpan, LeanScore, PageSnapshot, SymbolHistory } from "@pulseboard/snapshot";
import { useCallback, useRef, useState } from "preact/hooks";
import type { PageActions } from "../../data/page-model.ts";
import { formats } from "../../format/formats.ts";
import { hasOwn } from "../../format/has-own.ts";
import { FormulaHint } from "../../parts/formula-hint.tsx";
import { type LoadingState, useLoaded } from "../../parts/use-loaded.ts";
import { HistoryChart } from "./history-chart.tsx";
import { HistoryTable } from "./history-table.tsx";
import { LevelsRow } from "./levels-row.tsx";
import { nearestLevels } from "./nearest-levels.ts";
import { seriesWords } from "./series-words.ts";
import { type LivePoint, SPANS, spanSeries, withNewest } from "./span-series.ts";
import "./history-section.css";

interface HistorySectionProps {
  readonly snapshot: PageSnapshot;
  readonly lean: LeanScore;
  /** null until it is loaded. */
  readonly analysis: ConfluenceAnalysis | null;
  readonly loadHistory: PageActions["loadHistory"];
}

/** A symbol's history is published so often. */
const PERIOD_S = 300;

/** The span that was chosen last, for the next symbol as well. */
let lastSpan: HistorySpan = "24h";

/** Price with its nearest levels, score and relative score over a span that the reader chooses. */
export function HistorySection({ snapshot, lean, analysis, loadHistory }: HistorySectionProps) {
  const [span, setSpan] = useState(lastSpan);
  const { symbol } = lean;
  const load = useCallback(() => loadHistory(symbol), [loadHistory, symbol]);
  // Market time in periods: asked again once in each, and not while the market stands still.
  const state = useLoaded(load, Math.floor(lean.as_of / PERIOD_S));
  // A history of another market is none.
  const history = state.value?.origin === snapshot.origin ? state.value : null;
  const withScores = history?.method_version === snapshot.method_version;
  const live = useLivePoints(snapshot, lean);
  const series = spanSeries({ span, history, withScores, row: lean, live });
  const { times, price, score, relative } = series;
  const levels = analysis === null ? [] : nearestLevels(analysis);
  const toS = times[times.length - 1] ?? lean.as_of;
  const frame = {
    times,
    fromS: toS - SPANS[span],
    toS,
    axisChars: Math.max(3, formats.price(lean.price).length),
  };
  const marks = levels.map(({ side, price: value }) => ({
    value,
    name: `${side} ${formats.price(value)}`,
    above: side === "resistance",
  }));
  const words = {
    price: seriesWords(times, price, formats.price),
    score: seriesWords(times, score, formats.score),
    relative: seriesWords(times, relative, formats.score),
  };
  return (
    <section class="card" aria-labelledby="history-title">
      <h2 class="card-title" id="history-title">
        Price and score over time
        <FormulaHint of="history" label="Price and score over time" />
      </h2>
      <SpanChoice
        span={span}
        choose={(chosen) => {
          lastSpan = chosen;
          setSpan(chosen);
        }}
      />
      <HistoryChart
        {...frame}
        kind="price"
        columns={[price]}
        marks={marks}
        label={`Chart of the price in USD over ${span}. ${words.price}`}
      />
      <p class="history-words" data-series="price">
        <b>Price</b> {words.price}
      </p>
      <LevelsRow levels={levels} analysis={analysis} />
      <HistoryChart
        {...frame}
        kind="score"
        columns={[score, relative]}
        marks={[]}
        label={`Chart of the score and the relative score over ${span}. Score: ${words.score} Relative score: ${words.relative}`}
      />
      <p class="history-words" data-series="score">
        <b class="history-score">Score</b> {words.score}
      </p>
      <p class="history-words" data-series="relative">
        <b class="history-relative">Relative score</b> {words.relative}
      </p>
      <p class="history-state" role="status">
        {stateWords(state, history, snapshot)}
      </p>
      <HistoryTable {...series} />
    </section>
  );
}

interface SpanChoiceProps {
  readonly span: HistorySpan;
  readonly choose: (span: HistorySpan) => void;
}

function SpanChoice({ span, choose }: SpanChoiceProps) {
  return (
    <fieldset class="spans">
      <legend class="visually-hidden">Span of the charts</legend>
      {Object.keys(SPANS).map((name) => (
        <label key={name} class="span">
          <input
            type="radio"
            name="span"
            value={name}
            checked={name === span}
            onChange={() => hasOwn(SPANS, name) && choose(name as HistorySpan)}
          />
          <span>{name.replace(/(\d+)/, "$1 ")}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Where the history stands: since when there are scores, or why there is none. */
function stateWords(
  { value, failure, fromDevice }: LoadingState<SymbolHistory>,
  history: SymbolHistory | null,
  { method_version }: PageSnapshot,
): string {
  if (history === null) {
    const why = failure ?? (value === null ? "Waiting for its history…" : "The history is of another market.");
    return `${why} Until then: what the snapshots say.`;
  }
  const copy =
    fromDevice || failure !== null ? ` ${failure ?? ""} This is a copy of ${formats.dateTime(history.as_of)}.` : "";
  const { scores_since } = history;
  if (history.method_version !== method_version) {
    return `The scores before are of another version of the method, and left out.${copy}`;
  }
  return `${scores_since === null ? "No scores are kept yet." : `Scores since ${formats.dateTime(scores_since)}.`}${copy}`;
}

/** What the snapshots said of the symbol while this view was open, under one method in one market. */
function useLivePoints(
  { origin, method_version }: PageSnapshot,
  { as_of, price, score, relative = null }: LeanScore,
): readonly LivePoint[] {
  const kept = useRef<{ readonly of: string; readonly points: readonly LivePoint[] }>({ of: "", points: [] });
  const of = `${origin} ${method_version}`;
  const before = kept.current.of === of ? kept.current.points : [];
  kept.current = { of, points: withNewest(before, { atS: as_of, price, score, relative }) };
  return kept.current.points;
}
