import type { Missing } from "@pulseboard/snapshot";
import type { ComponentChildren } from "preact";
import { Changing } from "./changing.tsx";
import { directionOf } from "./leaning.ts";
import { reasonSentence } from "./reasons.ts";
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
  /** Its sign is coloured. The format writes the sign. */
  readonly signed?: boolean;
  readonly note?: ComponentChildren;
}

/** A labelled figure within a list of them (`dl`), or "unknown" with its reason. */
export function Figure({ path, label, missing, value, format, signed = false, note }: FigureProps) {
  const tone = signed && value !== null ? ` ${directionOf(value)}` : "";
  return (
    <Term
      path={path}
      label={label}
      missing={missing}
      text={value === null ? null : format(value)}
      tone={tone}
      note={note}
    />
  );
}

interface TermProps {
  readonly path: string;
  readonly label: string;
  readonly missing: Missing;
  /** null when it is not known. */
  readonly text: string | null;
  readonly tone?: string;
  readonly note?: ComponentChildren;
}

/** The same for what is a word, or formatted already. */
export function Term({ path, label, missing, text, tone = "", note }: TermProps) {
  return (
    <div class="figure">
      <dt>{label}</dt>
      <dd class={`figure-value${tone}`} data-figure={path}>
        {text === null ? <Unknown label={label} reason={missing[path]} /> : <Changing text={text} />}
      </dd>
      {note !== undefined && note !== null && note !== "" && <dd class="figure-note">{note}</dd>}
    </div>
  );
}

/** A list of figures, side by side as many as there is room for. */
export function Figures({ children }: { readonly children: ComponentChildren }) {
  return <dl class="figures">{children}</dl>;
}
