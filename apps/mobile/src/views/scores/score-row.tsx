import type { LeanScore, Missing } from "@pulseboard/snapshot";
import { Component, createRef } from "preact";
import type { Days } from "../../data/days.ts";
import { formats } from "../../format/formats.ts";
import { ChangeHighlight } from "../../parts/change-highlight.tsx";
import { ComponentBars } from "../../parts/component-bars.tsx";
import { Unknown } from "../../parts/figure.tsx";
import { whenNearScreen } from "../../parts/near-screen.ts";
import { isSameJson } from "../../parts/same-json.ts";
import { Score } from "../../parts/score.tsx";
import { besideWords, directionOf, farNow, signDirection, suddenChange } from "../../parts/score-direction.ts";
import { Sparkline } from "../../parts/sparkline.tsx";
import { SymbolName, symbolHref } from "../../parts/symbol-link.tsx";
import { type SortColumn, sortedText } from "./sort-column.ts";
import "./score-row.css";

export const NO_REASONS: Missing = {};

interface ScoreRowProps {
  readonly score: LeanScore;
  /** The reasons for this symbol only. */
  readonly reasons: Missing;
  /** Whether the score of now and the change within 5 min are so: not those of a refresh long ago. */
  readonly isOfNow: boolean;
  /** null when rows show the figure that they are sorted by anyway. */
  readonly sorted: SortColumn | null;
  /** The prices of 24 h; null while they are not here, and if so, why they could not be loaded. */
  readonly days: Days | null;
  readonly daysFailure: string | null;
  readonly favourite: boolean;
  readonly toggleFavourite: (symbol: string) => void;
  /** Whether it is drawn before anybody knows where it lies. Read once. */
  readonly isFirst: boolean;
}

interface ScoreRowState {
  /** Drawn in full, as it is or was near the screen. */
  readonly isDrawn: boolean;
}

/**
 * One symbol in the list. Far from the screen it is a line of text, which a search in the page and a screen reader find; near
 * it, it is drawn, and stays so. Drawing all rows at once blocked a slow phone for half a second.
 *
 * It renders again only when something it shows changed: there are fifty rows, and each snapshot is parsed again.
 */
export class ScoreRow extends Component<ScoreRowProps, ScoreRowState> {
  override state: ScoreRowState = { isDrawn: this.props.isFirst };
  readonly #item = createRef<HTMLLIElement>();
  #stopWaiting = () => {};

  override componentDidMount(): void {
    if (!this.state.isDrawn && this.#item.current !== null) {
      this.#stopWaiting = whenNearScreen(this.#item.current, () => this.setState({ isDrawn: true }));
    }
  }

  override componentWillUnmount(): void {
    this.#stopWaiting();
  }

  override shouldComponentUpdate(next: ScoreRowProps, { isDrawn }: ScoreRowState): boolean {
    const { score, reasons, isOfNow, sorted, days, daysFailure, favourite, toggleFavourite } = this.props;
    return (
      isDrawn !== this.state.isDrawn ||
      (isDrawn && (next.days !== days || next.daysFailure !== daysFailure)) ||
      next.sorted !== sorted ||
      next.isOfNow !== isOfNow ||
      next.favourite !== favourite ||
      next.toggleFavourite !== toggleFavourite ||
      (next.score !== score && !isSameJson(shownOf(next.score), shownOf(score))) ||
      !isSameJson(next.reasons, reasons)
    );
  }

  override render(props: ScoreRowProps, { isDrawn }: ScoreRowState) {
    const { score, favourite, toggleFavourite } = props;
    const { symbol } = score;
    return (
      <li class={isDrawn ? "score-row" : "score-row score-row-far"} data-symbol={symbol} ref={this.#item}>
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
          {isDrawn ? <Drawn {...props} /> : <span class="score-row-words">{scoreInWords(props)}</span>}
        </div>{" "}
      </li>
    );
  }
}

function Drawn({ score, reasons, isOfNow, sorted, days, daysFailure }: ScoreRowProps) {
  const { symbol } = score;
  const path = `confluence_scores.${symbol}`;
  const [now, sudden] = isOfNow ? [farNow(score), suddenChange(score)] : [null, null];
  const change = score.change_24h === null ? null : formats.signedPercent(score.change_24h);
  return (
    <>
      <div class="score-row-history">
        <DayLine score={score} change={change} days={days} failure={daysFailure} />
        {sudden !== null && (
          <span class="score-row-note">
            <span data-figure="change_5m">{sudden}</span> in 5 min
          </span>
        )}
      </div>
      <div class="score-row-score">
        <Score score={score.score} path="score" />
        {now !== null && (
          <span class="score-row-note">
            {" now "}
            <span data-figure="score_now">{now}</span>
          </span>
        )}
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
        {sorted === null ? (
          <div class="score-row-volume">
            <span class="visually-hidden">24 h volume </span>
            <Known
              field="volume_24h"
              label="24 h volume"
              text={score.volume_24h === null ? null : formats.usd(score.volume_24h)}
              reason={reasons[`${path}.volume_24h`]}
            />
          </div>
        ) : (
          <Sorted score={score} column={sorted} reason={reasons[`${path}.${sorted.field}`]} />
        )}
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
    </>
  );
}

interface DayLineProps {
  readonly score: LeanScore;
  readonly change: string | null;
  readonly days: Days | null;
  readonly failure: string | null;
}

/** The line of 24 h, or why there is none; an empty place of its size while it is loading. */
function DayLine({ score, change, days, failure }: DayLineProps) {
  const day = days?.symbols[score.symbol];
  if (days !== null && day !== undefined) {
    return (
      <Sparkline
        closes={day.price_day}
        closesToS={days.as_of}
        price={score.price}
        atS={score.as_of}
        change={change}
        changePercent={score.change_24h}
      />
    );
  }
  const sentence = days === null ? failure : NOT_YET;
  return (
    <div class="sparkline-none">
      {sentence !== null && <Unknown label="Price line" reason={null} sentence={sentence} />}
    </div>
  );
}

/** Days are published when a half hour has closed. */
const NOT_YET = "Its prices of 24 h come with the next half hour.";

interface SortedProps {
  readonly score: LeanScore;
  readonly column: SortColumn;
  readonly reason: string | undefined;
}

/** The figure that the list is sorted by. */
function Sorted({ score, column, reason }: SortedProps) {
  const { field, title, short, signed } = column;
  const text = sortedText(score, column);
  return (
    <div class={`score-row-volume score-row-sorted ${text === null ? "" : "score-row-sorted-known"}`}>
      <span class="visually-hidden">{title} </span>
      {text !== null && (
        <span class="score-row-sorted-name" aria-hidden="true">
          {short}{" "}
        </span>
      )}
      <span class={signed && text !== null ? signDirection(text) : ""}>
        <Known field={field} label={title} text={text} reason={reason} />
      </span>
    </div>
  );
}

/** The figures of a row that is not drawn, as it will write them. */
function scoreInWords({ score: row, isOfNow, sorted }: ScoreRowProps): string {
  const { score, price, change_24h, volume_24h, reliability } = row;
  const beside = isOfNow ? besideWords(row) : "";
  const change = change_24h === null ? "unknown" : formats.signedPercent(change_24h);
  const volume = volume_24h === null ? "unknown" : formats.usd(volume_24h);
  return `Score ${formats.score(score)} ${directionOf(score).word}${beside && `, ${beside}`}, price ${formats.price(price)}, 24 h change ${change}, 24 h volume ${volume}${sorted === null ? "" : `, ${sorted.title.toLowerCase()} ${sortedText(row, sorted) ?? "unknown"}`}, reliability ${formats.share(reliability)}`;
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
