import { formats } from "../../format/formats.ts";
import type { ViewProps } from "../../page-state.ts";
import { Figure, Figures, Term } from "../../parts/figure.tsx";
import { SectionNote } from "../../parts/section-note.tsx";
import { StackedBar } from "../../parts/stacked-bar.tsx";
import { Card } from "../../parts/view.tsx";

/** How many symbols rise and fall, as a bar and in numbers. */
export function BreadthCard({ snapshot, nowS }: Pick<ViewProps, "snapshot" | "nowS">) {
  const { market_breadth: breadth, missing } = snapshot;
  const { up, down, flat } = breadth;
  return (
    <Card title="Breadth" name="breadth">
      <SectionNote snapshot={snapshot} section="overview" nowS={nowS} />
      {up !== null && down !== null && flat !== null && (
        <StackedBar
          parts={[
            { name: "up", size: up, tone: "long" },
            { name: "flat", size: flat, tone: "flat" },
            { name: "down", size: down, tone: "short" },
          ]}
        />
      )}
      <Figures>
        <Figure path="market_breadth.up" label="▲ Up" missing={missing} value={up} format={formats.count} />
        <Figure path="market_breadth.flat" label="Flat" missing={missing} value={flat} format={formats.count} />
        <Figure path="market_breadth.down" label="▼ Down" missing={missing} value={down} format={formats.count} />
        <Figure
          path="market_breadth.breadth_percentage"
          label="Up, of those that moved"
          missing={missing}
          value={breadth.breadth_percentage}
          format={formats.percent}
        />
        <Term path="market_breadth.sentiment" label="In a word" missing={missing} text={breadth.sentiment} />
      </Figures>
    </Card>
  );
}
