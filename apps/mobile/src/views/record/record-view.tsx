import type { RecordDocument } from "@pulseboard/snapshot";
import { useState } from "preact/hooks";
import { formats } from "../../format/formats.ts";
import { Figures } from "../../parts/figure.tsx";
import { FormulaHint } from "../../parts/formula-hint.tsx";
import { Card, View } from "../../parts/view.tsx";
import type { ViewProps } from "../view-props.ts";
import { FigureRows, Row } from "./figure-rows.tsx";
import { GroupsSection, type Span } from "./groups-section.tsx";
import { NamedFigure, SHARE_TEXTS, useRecord } from "./record-line.tsx";
import { figureTitle, type Horizon, type HorizonFigures, spanOf } from "./record-words.ts";
import "../../parts/figure-table.css";
import "./record-view.css";

/** What came of the scores, as `/api/record` says it: nothing is computed here. */
export function RecordView({ snapshot, actions }: ViewProps) {
  const { record, failure, fromDevice } = useRecord({ snapshot, actions });
  return (
    <View name="record" title="Record">
      {failure !== null && <p class="record-note">{failure}</p>}
      {fromDevice && <p class="record-note">The server cannot be reached. This record was saved on this device.</p>}
      {record === null ? (
        failure === null && <p class="record-note">Reading the record…</p>
      ) : (
        <Sections record={record} />
      )}
    </View>
  );
}

const HORIZONS: readonly Horizon[] = ["1h", "4h", "24h"];

function Sections({ record }: { readonly record: RecordDocument }) {
  const [horizon, setHorizon] = useState<Horizon>(record.named.horizon);
  const [name, setName] = useState("score");
  const [span, setSpan] = useState<Span>("groups.recent");
  const figures = record.horizons[horizon];
  // Score and relative score have the same ranks.
  const rankedName = figures.ranked[name] === undefined ? "score" : name;
  const ranked = figures.ranked[rankedName];
  const recent = `Last ${figures.recent_days} days`;
  const late = "entered 15 min later";
  const spans: Readonly<Record<Span, string>> = {
    "groups.recent": recent,
    "groups.all": "All days",
    "late_groups.recent": `${recent}, ${late}`,
    "late_groups.all": `All days, ${late}`,
  };
  return (
    <div class="record-cards">
      <Card title="Named in advance" hint={<FormulaHint of={SHARE_TEXTS} label="Named in advance" />}>
        <NamedFigure record={record} />
        <p class="record-note">
          Every score at each quarter of an hour counts. The median is that of the returns of all symbols scored then.
          Funding is not included.
        </p>
      </Card>
      <section class="card">
        <h2 class="card-title">
          Share that beat the median in the {spanOf(horizon)} after, by tenth of {figureTitle(rankedName)}
          <FormulaHint of={["record_groups", "record_interval"]} label="Tenths" />
        </h2>
        <div class="record-controls">
          <fieldset class="record-horizons" aria-label="Time ahead">
            {HORIZONS.map((each) => (
              <button key={each} type="button" aria-pressed={each === horizon} onClick={() => setHorizon(each)}>
                {spanOf(each)}
              </button>
            ))}
          </fieldset>
          <select aria-label="Figure" value={name} onChange={({ currentTarget }) => setName(currentTarget.value)}>
            {[...Object.keys(figures.ranked), ...Object.keys(figures.lines)].map((each) => (
              <option key={each} value={each}>
                {figureTitle(each)}
              </option>
            ))}
          </select>
          <select
            aria-label="Days and entry"
            value={span}
            onChange={({ currentTarget }) => setSpan(currentTarget.value as Span)}
          >
            {Object.entries(spans).map(([each, words]) => (
              <option key={each} value={each}>
                {words}
              </option>
            ))}
          </select>
        </div>
        {ranked !== undefined && (
          <GroupsSection
            ranked={ranked}
            path={`horizons.${horizon}.ranked.${rankedName}`}
            horizon={horizon}
            span={span}
            feesBp={record.round_trip_fees_bp}
          />
        )}
        <FigureRows
          name={name}
          horizon={horizon}
          figures={figures}
          others={record.others}
          isNamed={horizon === record.named.horizon && name === record.named.line}
        />
      </section>
      <Counted figures={figures} horizon={horizon} changes={record.input_changes} />
      <OutlookGates gates={record.outlook} />
      <Kept record={record} />
    </div>
  );
}

interface CountedProps {
  readonly figures: HorizonFigures;
  readonly horizon: Horizon;
  readonly changes: RecordDocument["input_changes"];
}

/** What the figures rest on, and what is missing in them. */
function Counted({ figures, horizon, changes }: CountedProps) {
  const { days, moments, readings, first_day, last_day } = figures;
  const { count } = formats;
  const path = `horizons.${horizon}`;
  return (
    <Card
      title={`What is counted over ${spanOf(horizon)}`}
      hint={<FormulaHint of="record_counted" label="What is counted" />}
    >
      <Figures>
        <Row
          path={`${path}.days.counted`}
          label="Days"
          value={count(days.counted)}
          note={`${first_day === null ? "None is finished yet" : `${first_day} to ${last_day}`}. Not counted: ${count(days.too_few_moments)} with too few moments, ${count(days.missing)} without any.`}
        />
        <Row
          path={`${path}.moments.present`}
          label="Moments"
          value={count(moments.present)}
          note={`Missing: ${count(moments.missing)}.`}
        />
        <Row
          path={`${path}.readings.present`}
          label="Readings"
          value={count(readings.present)}
          note={`Missing: ${count(readings.missing)}. Delisted meanwhile: ${count(readings.delisted)}, ended at the last price.`}
        />
      </Figures>
      {changes.length > 0 && (
        <details class="record-more">
          <summary>Days on which the inputs of scores changed: {changes.length}</summary>
          <ul class="record-note">
            {changes.map(({ day, input, known }) => (
              <li key={day + input} data-change={day}>
                {day}: {input.replace(/_/g, " ")} {known ? "became known" : "ceased to be known"}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}

const WHY: Readonly<Record<string, string>> = {
  record_agrees: "shown",
  no_difference: "not shown: no difference",
  record_opposite: "not shown: no difference in its favour",
};

function OutlookGates({ gates }: { readonly gates: RecordDocument["outlook"] }) {
  return (
    <Card
      title="Whether the outlook is shown, by its own record"
      hint={<FormulaHint of={["record_gate", "outlook"]} label="Outlook" />}
    >
      <Figures>
        {(["1h", "4h"] as const).map((horizon) => {
          const { why, t, days, minimum_days } = gates[horizon];
          return (
            <Row
              key={horizon}
              path={`outlook.${horizon}.why`}
              label={`For ${spanOf(horizon)}`}
              value={WHY[why] ?? `collecting, day ${days} of ${minimum_days}`}
              note={t !== null && `t ${formats.signedNumber(t, 2)}, of at most the last 60 of ${days} days`}
            />
          );
        })}
      </Figures>
    </Card>
  );
}

/** What everybody can check. */
function Kept({ record: { chain, method_hash, method_version, as_of } }: { readonly record: RecordDocument }) {
  return (
    <Card title="Nobody can polish it">
      <p class="record-note">
        Each closed day has a hash that includes the day before's: "pulseboard record --verify" walks them. A new method
        begins a new record. This one was computed from data up to {formats.dateTime(as_of)}.
      </p>
      <dl class="record-hashes">
        <dt>Head of the chain{chain !== null && `, ${chain.day}, link ${formats.count(chain.links)}`}</dt>
        <dd data-record="chain.head">{chain === null ? "no closed day yet" : chain.head}</dd>
        <dt>Hash of the method{method_version !== undefined && `, version ${method_version}`}</dt>
        <dd data-record="method_hash">{method_hash}</dd>
      </dl>
    </Card>
  );
}
