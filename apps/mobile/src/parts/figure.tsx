import type { Missing } from "@pulseboard/snapshot";
import type { ComponentChildren } from "preact";
import { ChangeHighlight } from "./change-highlight.tsx";
import { reasonSentence } from "./reasons.ts";
import { signDirection } from "./score-direction.ts";
import type { BarColour } from "./stacked-bar.tsx";
import "./figure.css";

interface UnknownProps {
  /** What is unknown, for those who hear the button and do not see what stands beside it. */
  readonly label: string;
  readonly reason: string | null | undefined;
}

/** What stands where a figure is not known: the word, which gives its reason when it is pressed. */
export function Unknown({ label, reason }: UnknownProps) {
  return (
    <details class="unknown">
      <summary>
        <span class="visually-hidden">{label}: </span>unknown
      </summary>
      <p>{reasonSentence(reason)}</p>
    </details>
  );
}

interface FigureProps {
  /** Dotted path of the field in the API's answer, also its path in `missing`. */
  readonly path: string;
  readonly label: string;
  readonly missing: Missing;
  /** null when it is not known. */
  readonly value: number | null;
  readonly format: (value: number) => string;
  /** Its colour in the bar beside which it stands. */
  readonly swatch?: BarColour;
  /** Its sign is coloured. The format writes the sign. */
  readonly signed?: boolean;
  readonly note?: ComponentChildren;
}

/** A labelled figure within a list of them (`dl`), or "unknown" with its reason. */
export function Figure({ value, format, signed = false, ...rest }: FigureProps) {
  const text = value === null ? null : format(value);
  return <Term {...rest} text={text} signed={signed} />;
}

interface TermProps {
  readonly path: string;
  readonly label: string;
  readonly missing: Missing;
  /** null when it is not known. */
  readonly text: string | null;
  readonly signed?: boolean;
  readonly swatch?: BarColour;
  readonly note?: ComponentChildren;
}

/** The same for what is a word, or formatted already. */
export function Term({ path, label, missing, text, signed = false, swatch, note }: TermProps) {
  return (
    <div class="figure">
      <dt>
        {swatch !== undefined && <span class={`swatch colour-${swatch}`} aria-hidden="true" />}
        {label}
      </dt>
      <dd class={`figure-value ${signed && text !== null ? signDirection(text) : ""}`} data-figure={path}>
        {text === null ? <Unknown label={label} reason={missing[path]} /> : <ChangeHighlight text={text} />}
      </dd>
      {Boolean(note) && <dd class="figure-note">{note}</dd>}
    </div>
  );
}

interface FiguresProps {
  /** Side by side, the label above the value, instead of one to a line. */
  readonly tiles?: boolean;
  readonly children: ComponentChildren;
}

/** A list of figures. */
export function Figures({ tiles = false, children }: FiguresProps) {
  return <dl class={tiles ? "figures tiles" : "figures"}>{children}</dl>;
}
