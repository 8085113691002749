import type { Missing } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";
import { ChangeHighlight } from "../../parts/change-highlight.tsx";
import { Figure, Figures, Term, Unknown } from "../../parts/figure.tsx";
import { SectionNote } from "../../parts/section-note.tsx";
import { StackedBar } from "../../parts/stacked-bar.tsx";
import { Card } from "../../parts/view.tsx";
import type { ViewProps } from "../view-props.ts";

/** The documents' names of the breadth, as the page says them. */
const BREADTH_WORDS = { bullish: "most rise", bearish: "most fall", neutral: "mixed" } as const;

/** How many symbols rise and fall, as a bar and in numbers, and the volume traded. */
export function BreadthCard({ snapshot, nowS }: Pick<ViewProps, "snapshot" | "nowS">) {
  const { market_breadth: breadth, missing } = snapshot;
  const { up, down, flat } = breadth;
  return (
    <Card title="Breadth and volume">
      <SectionNote snapshot={snapshot} section="overview" nowS={nowS} />
      {up !== null && down !== null && flat !== null && (
        <StackedBar
          parts={[
            { name: "up", size: up, colour: "long" },
            { name: "flat", size: flat, colour: "flat" },
            { name: "down", size: down, colour: "short" },
          ]}
        />
      )}
      <dl class="counts">
        <Count path="market_breadth.up" label="▲ up" missing={missing} value={up} />
        <Count path="market_breadth.flat" label="flat" missing={missing} value={flat} />
        <Count path="market_breadth.down" label="▼ down" missing={missing} value={down} />
      </dl>
      <Figures>
        <Figure
          path="market_breadth.breadth_percentage"
          label="Share of moving coins that rose"
          missing={missing}
          value={breadth.breadth_percentage}
          format={formats.percent}
        />
        <Term
          path="market_breadth.sentiment"
          label="Breadth, in a word"
          missing={missing}
          text={breadth.sentiment && BREADTH_WORDS[breadth.sentiment]}
        />
        <Figure
          path="market_overview.total_volume_24h"
          label="Volume of perpetuals, 24 h"
          missing={missing}
          value={snapshot.market_overview.total_volume_24h}
          format={formats.usd}
        />
      </Figures>
    </Card>
  );
}

interface CountProps {
  readonly path: string;
  readonly label: string;
  readonly missing: Missing;
  readonly value: number | null;
}

/** A count beside its word, under the bar. */
function Count({ path, label, missing, value }: CountProps) {
  return (
    <div class="count">
      <dt>{label}</dt>
      <dd data-figure={path}>
        {value === null ? (
          <Unknown label={label} reason={missing[path]} />
        ) : (
          <ChangeHighlight text={formats.count(value)} />
        )}
      </dd>
    </div>
  );
}
