import { formats } from "../../format/formats.ts";
import { Figure, Figures, Term } from "../../parts/figure.tsx";
import { SectionNote } from "../../parts/section-note.tsx";
import { Card } from "../../parts/view.tsx";
import type { ViewProps } from "../view-props.ts";

const SEASON_NOTES = {
  Active: "bitcoin's dominance is below 50 %",
  Emerging: "bitcoin's dominance is from 50 to 55 %",
  Dormant: "bitcoin's dominance is 55 % or more",
} as const;

/** Fear and greed, and whether money flows into coins other than bitcoin. */
export function MoodCard({ snapshot, nowS }: Pick<ViewProps, "snapshot" | "nowS">) {
  const { market_overview: market, missing } = snapshot;
  const season = market.altcoin_season;
  return (
    <Card title="Mood">
      <SectionNote snapshot={snapshot} section="reference" nowS={nowS} />
      <Figures>
        <Figure
          path="market_overview.fear_greed_value"
          label="Fear and greed, 0 to 100"
          missing={missing}
          value={market.fear_greed_value}
          format={formats.count}
        />
        <Term
          path="market_overview.fear_greed_label"
          label="Mood, in a word"
          missing={missing}
          text={market.fear_greed_label}
        />
        <Term
          path="market_overview.altcoin_season"
          label="Altcoin season"
          missing={missing}
          text={season}
          note={season !== null && SEASON_NOTES[season]}
        />
      </Figures>
    </Card>
  );
}
