import type { LeanScore, Missing } from "@pulseboard/snapshot";
import { formats } from "../format/formats.ts";
import { barPaths } from "./bar-paths.ts";
import { COMPONENTS } from "./components.ts";
import { reasonSentence } from "./reasons.ts";
import "./component-bars.css";

interface ComponentBarsProps {
  readonly symbol: string;
  readonly components: LeanScore["components"];
  readonly missing: Missing;
}

/** Six bars, one per component: up from the middle above 50, down below it, an empty frame for an unknown one. */
export function ComponentBars({ symbol, components, missing }: ComponentBarsProps) {
  const words = COMPONENTS.map(({ name, title }) => {
    const score = components[name];
    const reason = missing[`confluence_scores.${symbol}.components.${name}`];
    return `${title} ${score === null ? `unknown (${reasonSentence(reason)})` : formats.score(score)}`;
  });
  const bars = barPaths(COMPONENTS.map(({ name }) => components[name]));
  return (
    <svg
      class="component-bars"
      viewBox={`0 0 ${bars.width} ${bars.height}`}
      role="img"
      aria-label={`Components: ${words.join(", ")}`}
    >
      <path class="component-bar long" d={bars.long} />
      <path class="component-bar short" d={bars.short} />
      <path class="component-bar-unknown" d={bars.unknown} />
      <path class="component-bars-middle" d={`M0 ${bars.middle}h${bars.width}`} />
    </svg>
  );
}
