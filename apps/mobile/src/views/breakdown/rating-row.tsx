import type { LeanScore, Missing } from "@pulseboard/snapshot";
import { Unknown } from "../../parts/figure.tsx";
import { FormulaHint } from "../../parts/formula-hint.tsx";
import { OwnElement } from "../../parts/own-element.tsx";
import { TIMEFRAMES } from "./rule-names.ts";
import "./rating-row.css";

interface RatingRowProps {
  readonly lean: LeanScore;
  /** This symbol's path in the snapshot. */
  readonly path: string;
  readonly missing: Missing;
}

/** The technical rating of each timeframe in a row. The score does not use it. */
export function RatingRow({ lean, path, missing }: RatingRowProps) {
  return (
    <>
      <h2 class="card-title">
        Technical rating
        <FormulaHint of="rating" label="Technical rating" />
      </h2>
      <dl class="rating-row">
        {TIMEFRAMES.map((timeframe) => {
          const { label } = lean.technical_rating[timeframe];
          const field = `${path}.technical_rating.${timeframe}.label`;
          return (
            <div key={timeframe}>
              <dt>{timeframe}</dt>
              <dd data-figure={field} class={directionOfLabel(label)}>
                {label === null ? (
                  <Unknown label={`Rating of ${timeframe}`} reason={missing[field]} />
                ) : (
                  <OwnElement text={`${SIGNS[directionOfLabel(label)]} ${label}`} />
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </>
  );
}

const SIGNS = { long: "▲", short: "▼", none: "·" } as const;

function directionOfLabel(label: string | null): keyof typeof SIGNS {
  if (label?.endsWith("Buy") === true) {
    return "long";
  }
  return label?.endsWith("Sell") === true ? "short" : "none";
}
