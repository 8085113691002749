import type { LeanScore, Missing } from "@pulseboard/snapshot";
import { Component } from "preact";
import { formats } from "../../format/formats.ts";
import { ChangeHighlight } from "../../parts/change-highlight.tsx";
import { ComponentBars } from "../../parts/component-bars.tsx";
import { Unknown } from "../../parts/figure.tsx";
import { isSameJson } from "../../parts/same-json.ts";
import { Score } from "../../parts/score.tsx";
import { signDirection } from "../../parts/score-direction.ts";
import { Sparkline } from "../../parts/sparkline.tsx";
import { SymbolName, symbolHref } from "../../parts/symbol-link.tsx";
import "./score-row.css";

export const NO_REASONS: Missing = {};

interface ScoreRowProps {
  readonly score: LeanScore;
  /** The reasons for this symbol only. */
  readonly reasons: Missing;
  readonly favourite: boolean;
  readonly toggleFavourite: (symbol: string) => void;
}

/**
 * One symbol in the list. It renders again only when something it shows changed: there are fifty rows, and each
 * snapshot is parsed again.
 */
export class ScoreRow extends Component<ScoreRowProps> {
  override shouldComponentUpdate(next: ScoreRowProps): boolean {
    const { score, reasons, favourite, toggleFavourite } = this.props;
    return (
      next.favourite !== favourite ||
      next.toggleFavourite !== toggleFavourite ||
      (next.score !== score && !isSameJson(shownOf(next.score), shownOf(score))) ||
      !isSameJson(next.reasons, reasons)
    );
  }

  override render({ score, reasons, favourite, toggleFavourite }: ScoreRowProps) {
    const { symbol } = score;
    const path = `confluence_scores.${symbol}`;
    const change = score.change_24h === null ? null : formats.signedPercent(score.change_24h);
    return (
      <li class="score-row" data-symbol={symbol}>
        <button
          type="button"
          class="score-row-star"
          aria-pressed={favourite}
          aria-label={`Favourite: ${symbol}`}
          onClick={() => toggleFavourite(symbol)}
        >
          {favourite ? "★" : "☆"}
        </button>
        <div class="score-row-main">
          {" "}
          <a class="score-row-symbol" href={symbolHref(symbol)}>
            <SymbolName symbol={symbol} />
          </a>
          <div class="score-row-history">
            <Sparkline scores={score.score_history} atS={score.score_history_at} />
          </div>
          <div class="score-row-score">
            <Score score={score.score} path="score" />
          </div>
          <div class="score-row-figures">
            <div class="score-row-price">
              <span class="visually-hidden">Price </span>
              <span data-figure="price">
                <ChangeHighlight text={formats.price(score.price)} />
              </span>
            </div>
            <div class={`score-row-change ${change === null ? "" : signDirection(change)}`}>
              <span class="visually-hidden">24 h change </span>
              <Known field="change_24h" label="24 h change" text={change} reason={reasons[`${path}.change_24h`]} />
            </div>
            <div class="score-row-volume">
              <span class="visually-hidden">24 h volume </span>
              <Known
                field="volume_24h"
                label="24 h volume"
                text={score.volume_24h === null ? null : formats.usd(score.volume_24h)}
                reason={reasons[`${path}.volume_24h`]}
              />
            </div>
          </div>
          <div class="score-row-end">
            <div class="score-row-bars">
              <ChangeHighlight text={barsInWords(score.components)}>
                <ComponentBars symbol={symbol} components={score.components} missing={reasons} />
              </ChangeHighlight>
            </div>
            <div class="score-row-reliability">
              <span class="visually-hidden">Reliability </span>
              <span data-figure="reliability">
                <ChangeHighlight text={formats.share(score.reliability)} />
              </span>
            </div>
          </div>
        </div>{" "}
      </li>
    );
  }
}

interface KnownProps {
  readonly field: string;
  readonly label: string;
  readonly text: string | null;
  readonly reason: string | undefined;
}

function Known({ field, label, text, reason }: KnownProps) {
  return (
    <span data-figure={field}>
      {text === null ? <Unknown label={label} reason={reason} /> : <ChangeHighlight text={text} />}
    </span>
  );
}

/** As precise as the eye can see a bar. */
function barsInWords(components: LeanScore["components"]): string {
  return Object.values(components)
    .map((component) => (component === null ? "unknown" : Math.round(component / 5)))
    .join();
}

/** Without the time of scoring, which is different each time. */
function shownOf(score: LeanScore): LeanScore {
  return { ...score, as_of: 0 };
}
