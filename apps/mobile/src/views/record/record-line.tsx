import type { RecordDocument } from "@pulseboard/snapshot";
import { FormulaHint } from "../../parts/formula-hint.tsx";
import { useLoaded } from "../../parts/use-loaded.ts";
import type { ViewProps } from "../view-props.ts";
import { claimWords, countWords, figureTitle, intervalWords, nextOf, valueWords } from "./record-words.ts";
import "./record-line.css";

/** What explains a share that beat the median, with its interval. */
export const SHARE_TEXTS = ["record_share", "record_interval"] as const;

/** The record of the market that is on the screen: that of another one is none. */
export function useRecord({ snapshot, actions }: Pick<ViewProps, "snapshot" | "actions">) {
  const { value, ...rest } = useLoaded(actions.loadRecord, snapshot.sequence);
  return { ...rest, record: value?.origin === snapshot.origin ? value : null };
}

/** The record's one line on another view, with a link to the rest. */
export function RecordLine({ snapshot, actions }: Pick<ViewProps, "snapshot" | "actions">) {
  const { record, failure } = useRecord({ snapshot, actions });
  return (
    <section class="card record-line breakdown-wide">
      <h2 class="card-title">
        What came of scores: <a href="#/record">the record</a>
        <FormulaHint of={SHARE_TEXTS} label="The record" />
      </h2>
      {record === null ? <p>{failure ?? "Reading the record…"}</p> : <NamedFigure record={record} />}
    </section>
  );
}

/** The figure that was named in advance, in one line. */
export function NamedFigure({ record }: { readonly record: RecordDocument }) {
  const { horizon, line } = record.named;
  const { lines, recent_days } = record.horizons[horizon];
  const path = `horizons.${horizon}.lines.${line}`;
  const { recent = null, claim = null } = lines[line] ?? {};
  const isEnough = record.symbols >= record.needs_symbols;
  return (
    <p>
      {figureTitle(line)}, {nextOf(horizon)}
      {recent === null ? (
        ": "
      ) : (
        <>
          , last {recent_days} days: <b data-record={`${path}.recent`}>{valueWords("share", recent.ratio)}</b> beat the
          median (95% interval {intervalWords("share", recent.low, recent.high)}; {countWords(recent)}). A coin toss:
          50%. From all days:{" "}
        </>
      )}
      {claim !== null && <b data-record={`${path}.claim`}>{claimWords(claim, "50%")}</b>}.
      {!isEnough && ` A record needs ${record.needs_symbols} symbols; here ${record.symbols} are scored.`}
    </p>
  );
}
