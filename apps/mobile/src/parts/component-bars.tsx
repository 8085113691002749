import type { LeanScore, Missing } from "@pulseboard/snapshot";
import { formats } from "../format/formats.ts";
import { COMPONENTS } from "./components.ts";
import { reasonSentence } from "./reasons.ts";
import "./component-bars.css";

const BAR = 7;
const STEP = 10;
const HALF = 14;

interface ComponentBarsProps {
  readonly symbol: string;
  readonly components: LeanScore["components"];
  readonly missing: Missing;
}

/** Six bars, one for each component, up from the middle above 50 and down below; an empty frame for one that is unknown. */
export function ComponentBars({ symbol, components, missing }: ComponentBarsProps) {
  const words = COMPONENTS.map(({ name, title }) => {
    const score = components[name];
    const reason = missing[`confluence_scores.${symbol}.components.${name}`];
    return `${title} ${score === null ? `unknown (${reasonSentence(reason)})` : formats.score(score)}`;
  });
  return (
    <svg
      class="component-bars"
      viewBox={`0 0 ${STEP * COMPONENTS.length} ${2 * HALF}`}
      role="img"
      aria-label={`Components: ${words.join(", ")}`}
    >
      {COMPONENTS.map(({ name }, i) => (
        <Bar key={name} x={i * STEP + (STEP - BAR) / 2} score={components[name]} />
      ))}
      <line class="component-bars-middle" x1="0" x2={STEP * COMPONENTS.length} y1={HALF} y2={HALF} />
    </svg>
  );
}

function Bar({ x, score }: { readonly x: number; readonly score: number | null }) {
  if (score === null) {
    return <rect class="component-bar-unknown" x={x + 0.5} y={HALF - 6} width={BAR - 1} height="12" rx="1" />;
  }
  const height = (Math.abs(score - 50) / 50) * HALF;
  return (
    <rect
      class={score >= 50 ? "component-bar long" : "component-bar short"}
      x={x}
      y={score >= 50 ? HALF - height : HALF}
      width={BAR}
      height={height}
    />
  );
}
