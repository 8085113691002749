import type { Missing } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";
import { ChangeHighlight } from "../../parts/change-highlight.tsx";
import { Unknown } from "../../parts/figure.tsx";
import { signDirection } from "../../parts/score-direction.ts";
import { SectionNote } from "../../parts/section-note.tsx";
import { SymbolLink, SymbolName } from "../../parts/symbol-link.tsx";
import { TableFrame } from "../../parts/table-frame.tsx";
import { Card, View } from "../../parts/view.tsx";
import type { ViewProps } from "../view-props.ts";
import { type ListedMover, volumeLeaders } from "./volume-leaders.ts";
import "./movers-view.css";

/** The biggest moves of 24 h, up and down, and the highest volumes. */
export function MoversView({ snapshot, nowS }: ViewProps) {
  const { top_movers: movers, confluence_scores: scores, missing } = snapshot;
  const scored = new Set(scores.map(({ symbol }) => symbol));
  const shared = { scored, missing };
  return (
    <View name="movers" title="Movers">
      <SectionNote snapshot={snapshot} section="movers" nowS={nowS} />
      <div class="movers-cards">
        <MoverCard title="▲ Gainers" path="top_movers.gainers" movers={movers.gainers} {...shared} />
        <MoverCard title="▼ Losers" path="top_movers.losers" movers={movers.losers} {...shared} />
        <MoverCard title="Volume leaders" path="volume_leaders" movers={volumeLeaders(scores)} {...shared} />
      </div>
      <p class="movers-legend">
        Changes and volumes cover the last 24 h. Gainers and losers need a minimum volume to be listed.
      </p>
    </View>
  );
}

interface MoverCardProps {
  readonly title: string;
  readonly path: string;
  readonly movers: readonly ListedMover[];
  /** Symbols that have a breakdown. */
  readonly scored: ReadonlySet<string>;
  readonly missing: Missing;
}

function MoverCard({ title, path, movers, scored, missing }: MoverCardProps) {
  return (
    <Card title={title}>
      {movers.length === 0 ? (
        <p class="movers-none">None.</p>
      ) : (
        <TableFrame label={title}>
          {" "}
          <table class="movers" data-list={path}>
            <thead>
              <tr>
                <th scope="col">Symbol</th>
                <th scope="col">Price, USD</th>
                <th scope="col">Change</th>
                <th scope="col">Volume</th>
              </tr>
            </thead>
            <tbody>
              {movers.map((mover) => (
                <MoverRow key={mover.symbol} mover={mover} isScored={scored.has(mover.symbol)} missing={missing} />
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
    </Card>
  );
}

interface MoverRowProps {
  readonly mover: ListedMover;
  /** True if it has a breakdown. */
  readonly isScored: boolean;
  readonly missing: Missing;
}

function MoverRow({ mover: { symbol, price, change_24h, volume_24h }, isScored, missing }: MoverRowProps) {
  const change = change_24h === null ? null : formats.signedPercent(change_24h);
  return (
    <tr data-symbol={symbol}>
      <th scope="row">{isScored ? <SymbolLink symbol={symbol} /> : <SymbolName symbol={symbol} />}</th>
      <td data-figure="price">
        <ChangeHighlight text={formats.price(price)} />
      </td>
      <td class={change === null ? "" : signDirection(change)} data-figure="change_24h">
        {change === null ? (
          <Unknown label="Change" reason={missing[`confluence_scores.${symbol}.change_24h`]} />
        ) : (
          <ChangeHighlight text={change} />
        )}
      </td>
      <td data-figure="volume_24h">
        <ChangeHighlight text={formats.usd(volume_24h)} />
      </td>
    </tr>
  );
}
