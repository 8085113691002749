import { formats } from "../../format/formats.ts";
import { ChangeHighlight } from "../../parts/change-highlight.tsx";
import { Figure, Figures, Unknown } from "../../parts/figure.tsx";
import { OwnElement } from "../../parts/own-element.tsx";
import { type BreadthKnown, regimeWords } from "../../parts/regime-words.ts";
import { Scale } from "../../parts/score.tsx";
import { oldestStale } from "../../parts/section-age.ts";
import { SectionNote } from "../../parts/section-note.tsx";
import { Card } from "../../parts/view.tsx";
import type { ViewProps } from "../view-props.ts";

/** The regime with its explanation, and the strength of the trend. */
export function RegimeCard({ snapshot, nowS }: Pick<ViewProps, "snapshot" | "nowS">) {
  const { market_overview: market, missing } = snapshot;
  return (
    <Card title="Regime">
      <SectionNote snapshot={snapshot} section={oldestStale(snapshot, ["overview", "scores"])} nowS={nowS} />
      <Regime
        regime={market.market_regime}
        breadth={snapshot.market_breadth.breadth_percentage === null ? "unknown" : "known"}
        reason={missing["market_overview.market_regime"]}
      />
      <Figures>
        <Figure
          path="market_overview.trend_strength"
          label="Trend strength, 0 to 100"
          missing={missing}
          value={market.trend_strength}
          format={formats.score}
          note={market.trend_strength !== null && <Trend strength={market.trend_strength} />}
        />
        <Figure
          path="market_overview.average_change"
          label="Average change, 24 h"
          missing={missing}
          value={market.average_change}
          format={formats.signedPercent}
          signed
        />
      </Figures>
    </Card>
  );
}

interface RegimeProps {
  readonly regime: string;
  readonly breadth: BreadthKnown;
  readonly reason: string | undefined;
}

function Regime({ regime, breadth, reason }: RegimeProps) {
  const words = regimeWords(regime, breadth);
  if (words === null) {
    return (
      <div class="regime" data-figure="market_overview.market_regime">
        <Unknown label="Regime" reason={reason} />
      </div>
    );
  }
  return (
    <>
      <p class="regime" data-figure="market_overview.market_regime">
        {words.category !== "" && (
          <span class="regime-category">
            <OwnElement text={`${words.category}: `} />
          </span>
        )}
        <ChangeHighlight text={words.label} />
      </p>
      <p class="regime-meaning">
        <OwnElement text={`${words.categoryMeaning} ${words.labelMeaning}`} />
      </p>
    </>
  );
}

function Trend({ strength }: { readonly strength: number }) {
  return (
    <>
      {trendWords(strength)}
      <Scale value={strength} />
    </>
  );
}

function trendWords(trendStrength: number): string {
  if (trendStrength === 50) {
    return "as many coins rise as fall";
  }
  return trendStrength > 50 ? "▲ more coins rise than fall" : "▼ more coins fall than rise";
}
