import type { ConfluenceAnalysis } from "@pulseboard/snapshot";
import { useCallback } from "preact/hooks";
import { formats } from "../../format/formats.ts";
import { COMPONENTS } from "../../parts/components.ts";
import { FormulaHint } from "../../parts/formula-hint.tsx";
import { OwnElement } from "../../parts/own-element.tsx";
import { isOfNow } from "../../parts/score-direction.ts";
import { type LoadingState, useLoaded } from "../../parts/use-loaded.ts";
import { View } from "../../parts/view.tsx";
import { RecordLine } from "../record/record-line.tsx";
import type { BreakdownProps } from "../view-props.ts";
import { BreakdownHeader } from "./breakdown-header.tsx";
import { ComponentSection } from "./component-section.tsx";
import { HistorySection } from "./history-section.tsx";
import { InputsSection } from "./inputs-section.tsx";
import { MarketRelationSection } from "./market-relation-section.tsx";
import { OutlookSection } from "./outlook-section.tsx";
import { RatingSection } from "./rating-section.tsx";
import { ReliabilitySection } from "./reliability-section.tsx";
import "./breakdown-view.css";

/** Explains one symbol's score. Figures from the snapshot appear at once, the explanation when it has loaded. */
export function BreakdownView(props: BreakdownProps) {
  const { snapshot, symbol } = props;
  const lean = snapshot.confluence_scores.find((score) => score.symbol === symbol);
  if (lean === undefined) {
    return <NotScored symbol={symbol} scored={snapshot.confluence_scores.length} />;
  }
  // A key per symbol, so that nothing of another symbol stays on the screen.
  return <Scored key={symbol} {...props} lean={lean} />;
}

interface ScoredProps extends BreakdownProps {
  readonly lean: BreakdownProps["snapshot"]["confluence_scores"][number];
}

function Scored({ snapshot, symbol, lean, nowS, favourites, isFresh, actions }: ScoredProps) {
  const { loadAnalysis } = actions;
  const load = useCallback(() => loadAnalysis(symbol), [loadAnalysis, symbol]);
  const state = useLoaded(load, snapshot.sequence, isExplanationOf);
  const { value: analysis, failure } = state;
  return (
    <View
      name="breakdown"
      title={
        <>
          {symbol}{" "}
          <span data-figure={`confluence_scores.${symbol}.price`}>
            <OwnElement text={formats.price(lean.price)} />
          </span>{" "}
          USD
          {!isFresh && ` at ${formats.time(lean.as_of)}`}
        </>
      }
    >
      <BreakdownHeader
        snapshot={snapshot}
        lean={lean}
        isOfNow={isOfNow(snapshot, nowS)}
        favourite={favourites.has(symbol)}
        toggleFavourite={actions.toggleFavourite}
      />
      <Notice state={state} />
      <RecordLine snapshot={snapshot} actions={actions} />
      <HistorySection snapshot={snapshot} lean={lean} analysis={analysis} loadHistory={actions.loadHistory} />
      {analysis === null && failure === null && <p class="breakdown-waiting">Loading the explanation…</p>}
      {analysis !== null && (
        <>
          <section class="card">
            <h2 class="card-title">In words</h2>
            <p data-figure="interpretation.overall">{analysis.interpretation.overall}</p>
            <p data-figure="interpretation.actionable_insights">{analysis.interpretation.actionable_insights}</p>
          </section>
          <OutlookSection analysis={analysis} />
          <ReliabilitySection analysis={analysis} />
          <MarketRelationSection
            lean={lean}
            missing={snapshot.missing}
            analysis={analysis}
            scored={snapshot.confluence_scores.length}
          />
          <section class="card breakdown-wide">
            <h2 class="card-title">
              Components
              <FormulaHint of={["component", "contribution"]} label="Components" />
            </h2>
            <p>
              Contributions of now add up to{" "}
              <b data-figure="weighted_signal_now">
                {formats.signedNumber(analysis.weighted_signal_now ?? analysis.weighted_signal, 3)}
              </b>
              , averaged over time to{" "}
              <b data-figure="weighted_signal">{formats.signedNumber(analysis.weighted_signal, 3)}</b>: the score{" "}
              <b data-figure="score">{formats.score(analysis.score)}</b>.
            </p>
            <div class="components">
              {COMPONENTS.map(({ name, title }) => (
                <ComponentSection key={name} name={name} title={title} component={analysis.breakdown[name]} />
              ))}
            </div>
          </section>
          <RatingSection
            ratings={analysis.technical_rating}
            path={`confluence_scores.${symbol}`}
            missing={snapshot.missing}
          />
          <InputsSection inputs={analysis.inputs} />
        </>
      )}
    </View>
  );
}

function isExplanationOf(analysis: ConfluenceAnalysis, sequence: number): boolean {
  return analysis.sequence === sequence;
}

interface NoticeProps {
  readonly state: LoadingState<ConfluenceAnalysis>;
}

/**
 * Says when the explanation does not belong to the score above it. It stays silent while a newer one is loading: that
 * takes a moment, and a line that comes and goes would move everything below it.
 */
function Notice({ state: { value: analysis, failure, fromDevice } }: NoticeProps) {
  if (failure === null && !fromDevice) {
    return null;
  }
  return (
    <p class="breakdown-notice" role="status">
      {failure !== null && `${analysis === null ? "The" : "A newer"} explanation could not be loaded. ${failure} `}
      {analysis !== null &&
        `The explanation below is ${fromDevice ? "a copy saved on this device" : "an older one"}, from ${formats.dateTime(analysis.timestamp)}, when the score was ${formats.score(analysis.score)}.`}
    </p>
  );
}

function NotScored({ symbol, scored }: { readonly symbol: string; readonly scored: number }) {
  return (
    <View name="breakdown" title={symbol}>
      <p>This symbol is not among the {formats.count(scored)} that trade most, which are scored.</p>
      <p>
        <a href="#/scores">All scores</a>
      </p>
    </View>
  );
}
