import type { Missing } from "@pulseboard/snapshot";
import type { ComponentChildren } from "preact";
import { ChangeHighlight } from "./change-highlight.tsx";
import { reasonSentence } from "./reasons.ts";
import { signDirection } from "./score-direction.ts";
import type { BarColour } from "./stacked-bar.tsx";
import "./figure.css";

interface UnknownProps {
  /** Names the figure for people who hear the button but do not see what stands beside it. */
  readonly label: string;
  readonly reason: string | null | undefined;
  /** In its place, where it is no reason of the API's. */
  readonly sentence?: string;
}

/** The word "unknown" in the place of a figure. Pressing it shows the reason. */
export function Unknown({ label, reason, sentence = reasonSentence(reason) }: UnknownProps) {
  return (
    <details class="unknown">
      <summary>
        <span class="visually-hidden">{label}: </span>unknown
      </summary>
      <p>{sentence}</p>
    </details>
  );
}

interface FigureProps {
  /** Dotted path of the field in the API's response, which is also its path in `missing`. */
  readonly path: string;
  readonly label: string;
  readonly missing: Missing;
  /** null when unknown. */
  readonly value: number | null;
  readonly format: (value: number) => string;
  /** The colour of this figure in the bar beside it. */
  readonly swatch?: BarColour;
  /** Colours the figure by its sign, which the format must write. */
  readonly signed?: boolean;
  readonly note?: ComponentChildren;
  /** The "?" behind the label. */
  readonly hint?: ComponentChildren;
}

/** A labelled figure in a list of figures (`dl`), or "unknown" with its reason. */
export function Figure({ value, format, signed = false, ...rest }: FigureProps) {
  const text = value === null ? null : format(value);
  return <Term {...rest} text={text} signed={signed} />;
}

interface TermProps {
  readonly path: string;
  readonly label: string;
  readonly missing: Missing;
  /** null when unknown. */
  readonly text: string | null;
  readonly signed?: boolean;
  readonly swatch?: BarColour;
  readonly note?: ComponentChildren;
  readonly hint?: ComponentChildren;
}

/** The same for a word or a figure that is already formatted. */
export function Term({ path, label, missing, text, signed = false, swatch, note, hint }: TermProps) {
  return (
    <div class="figure">
      <dt>
        {swatch !== undefined && <span class={`swatch colour-${swatch}`} aria-hidden="true" />}
        {label}
        {hint}
      </dt>
      <dd class={`figure-value ${signed && text !== null ? signDirection(text) : ""}`} data-figure={path}>
        {text === null ? <Unknown label={label} reason={missing[path]} /> : <ChangeHighlight text={text} />}
      </dd>
      {Boolean(note) && <dd class="figure-note">{note}</dd>}
    </div>
  );
}

interface FiguresProps {
  /** Arranges the figures side by side, label above value, instead of one per line. */
  readonly tiles?: boolean;
  readonly children: ComponentChildren;
}

/** A list of figures. */
export function Figures({ tiles = false, children }: FiguresProps) {
  return <dl class={tiles ? "figures tiles" : "figures"}>{children}</dl>;
}
