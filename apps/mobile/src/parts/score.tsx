import { formats } from "../format/formats.ts";
import { ChangeHighlight } from "./change-highlight.tsx";
import { directionOf } from "./score-direction.ts";
import "./score.css";

/** A score with the sign of its direction, and the word for people who do not see the sign. */
export function Score({ score, path }: { readonly score: number; readonly path: string }) {
  const { direction, strength, sign, word } = directionOf(score);
  return (
    <span class={`score ${direction} ${strength}`}>
      <span class="score-sign" aria-hidden="true">
        {sign}
      </span>
      <span data-figure={path}>
        <ChangeHighlight text={formats.score(score)} />
      </span>
      <span class="visually-hidden"> {word}</span>
    </span>
  );
}

/** The position of a value between 0 and 100, with the signal lines at 35 and 65. Its number stands beside it. */
export function Scale({ value }: { readonly value: number }) {
  return (
    <svg class="scale" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="scale-track" y="2" width="100" height="4" />
      <rect
        class={`scale-fill ${value >= 50 ? "long" : "short"}`}
        x={Math.min(50, value)}
        y="2"
        width={Math.abs(value - 50)}
        height="4"
      />
      {[35, 50, 65].map((line) => (
        <line key={line} class="scale-line" x1={line} x2={line} y1="0" y2="8" />
      ))}
    </svg>
  );
}
