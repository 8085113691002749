import type { ConfluenceAnalysis } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";
import { Figures, Term } from "../../parts/figure.tsx";
import { FormulaHint } from "../../parts/formula-hint.tsx";
import type { Level } from "./nearest-levels.ts";

interface LevelsRowProps {
  readonly levels: readonly Level[];
  /** null until it is loaded. */
  readonly analysis: ConfluenceAnalysis | null;
}

const SIDES = [
  ["support", "Support, USD", "below"],
  ["resistance", "Resistance, USD", "above"],
] as const;

const RULE = "breakdown.price_structure.rules.support_resistance";

/** The levels that the price chart draws, by their prices. */
export function LevelsRow({ levels, analysis }: LevelsRowProps) {
  return (
    <Figures tiles>
      {SIDES.map(([side, label, where]) => {
        const level = levels.find((candidate) => candidate.side === side);
        const path =
          level === undefined ? `${RULE}.signal` : `${RULE}.timeframes.${level.timeframe}.figures.${side}.value`;
        const reason = analysis?.breakdown.price_structure.rules.support_resistance?.reason ?? "not_provided";
        return (
          <Term
            key={side}
            path={path}
            label={label}
            missing={{ [path]: reason }}
            text={analysis === null ? "…" : level === undefined ? null : formats.price(level.price)}
            note={
              level === undefined
                ? "\u00a0"
                : `${formats.number(level.distanceAtr, 1)} ATR of ${level.timeframe} ${where}`
            }
            hint={<FormulaHint of={["support_resistance", "levels"]} label={label} />}
          />
        );
      })}
    </Figures>
  );
}
