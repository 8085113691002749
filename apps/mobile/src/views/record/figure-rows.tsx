import type { ComponentChildren } from "preact";
import { Figures } from "../../parts/figure.tsx";
import { FormulaHint } from "../../parts/formula-hint.tsx";
import { SHARE_TEXTS } from "./record-line.tsx";
import {
  claimWords,
  countWords,
  type Estimate,
  figureTitle,
  type Horizon,
  type HorizonFigures,
  intervalWords,
  nextOf,
  type Unit,
  valueWords,
} from "./record-words.ts";

interface RowProps {
  /** Where the value stands in the response of `/api/record`. */
  readonly path: string;
  readonly label: string;
  readonly value: string;
  readonly note?: ComponentChildren;
}

/** A value with its name and what there is to know about it. */
export function Row({ path, label, value, note }: RowProps) {
  return (
    <div class="figure">
      <dt>{label}</dt>
      <dd class="figure-value" data-record={path}>
        {value}
      </dd>
      {Boolean(note) && <dd class="figure-note">{note}</dd>}
    </div>
  );
}

interface EstimateRowProps {
  readonly path: string;
  readonly label: string;
  readonly unit: Unit;
  readonly of: Estimate | null;
}

/** An estimate; nothing where there is none. */
function EstimateRow({ path, label, unit, of }: EstimateRowProps) {
  if (of === null) {
    return null;
  }
  return (
    <Row
      path={path}
      label={label}
      value={valueWords(unit, of.ratio)}
      note={`${intervalWords(unit, of.low, of.high)}; ${countWords(of)}`}
    />
  );
}

interface FigureRowsProps {
  readonly name: string;
  readonly horizon: Horizon;
  readonly figures: HorizonFigures;
  readonly others: number;
  readonly isNamed: boolean;
}

/** Everything that the record knows of one figure at one horizon, but for its groups. */
export function FigureRows({ name, horizon, figures, others, isNamed }: FigureRowsProps) {
  const line = figures.lines[name];
  const figure = line ?? figures.ranked[name];
  if (figure === undefined) {
    return null;
  }
  const path = `horizons.${horizon}.${line === undefined ? "ranked" : "lines"}.${name}`;
  const unit = line === undefined ? "correlation" : "share";
  const { claim, directions, recent, all, late } = figure;
  const recentLabel = `Last ${figures.recent_days} days`;
  const chance = line === undefined ? "0" : "50%";
  const spans = (label: string, unit: Unit, path: string, of: typeof late) => (
    <>
      <EstimateRow
        path={`${path}.recent`}
        label={`${label}, last ${figures.recent_days} days`}
        unit={unit}
        of={of.recent}
      />
      <EstimateRow path={`${path}.all`} label={`${label}, all days`} unit={unit} of={of.all} />
    </>
  );
  return (
    <>
      <h3 class="record-figure">
        {line === undefined
          ? `${figureTitle(name)}: rank correlation with relative returns of the ${nextOf(horizon)}`
          : `${figureTitle(name)}: share that beat the median in the ${nextOf(horizon)}`}
        <FormulaHint
          of={line === undefined ? ["record_correlation", "record_interval"] : SHARE_TEXTS}
          label={figureTitle(name)}
        />
      </h3>
      <Figures>
        <EstimateRow path={`${path}.recent`} label={recentLabel} unit={unit} of={recent} />
        <EstimateRow path={`${path}.all`} label="All days" unit={unit} of={all} />
        <Row
          path={`${path}.claim`}
          label="Said from all days"
          value={claimWords(claim, chance)}
          note={
            isNamed
              ? `The figure that was named in advance. Chance gives ${chance}.`
              : `One of ${others} looked at: a difference needs a wider interval than the 95% shown. Chance gives ${chance}.`
          }
        />
      </Figures>
      {claim.kind !== "collecting" && (
        <details class="record-more">
          <summary>Later entry, and the market's direction</summary>
          <Figures>
            {spans("Entered 15 min later", unit, `${path}.late`, late)}
            {line !== undefined && (
              <>
                {spans("Mean relative return", "bp", `${path}.return_bp`, line.return_bp)}
                {spans("The same, entered 15 min later", "bp", `${path}.late_return_bp`, line.late_return_bp)}
                <EstimateRow
                  path={`${path}.crowded`}
                  label="Apart: more than half of the symbols beyond the line"
                  unit={unit}
                  of={line.crowded}
                />
              </>
            )}
            {directions !== null &&
              (["bullish", "neutral", "bearish"] as const).map((direction) => (
                <EstimateRow
                  key={direction}
                  path={`${path}.directions.${direction}`}
                  label={`In a ${direction} market, all days`}
                  unit={unit}
                  of={directions[direction]}
                />
              ))}
          </Figures>
          {directions === null && (
            <p class="record-note">
              By the market's direction: not before there are {figures.minimum_days} days of each direction.
            </p>
          )}
        </details>
      )}
    </>
  );
}
