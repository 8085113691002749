import { formatSpan } from "../format/age.ts";
import { formats } from "../format/formats.ts";
import type { ScoreHistory } from "./score-history.ts";
import { sparkPath } from "./spark-path.ts";
import "./sparkline.css";

const WIDTH = 72;
const HEIGHT = 28;

/** The history of a score, oldest at the left, with the signal lines at 65 and 35. */
export function Sparkline({ scores, atS }: ScoreHistory) {
  const spark = sparkPath({ scores, atS, width: WIDTH, height: HEIGHT });
  if (spark === null) {
    return <span class="sparkline-none">no history</span>;
  }
  return (
    <svg
      class="sparkline"
      viewBox={`-2 -2 ${WIDTH + 5} ${HEIGHT + 4}`}
      role="img"
      aria-label={historyWords({ scores, atS })}
    >
      <path class="sparkline-signal" d={`M0 ${spark.bullishY}H${WIDTH}M0 ${spark.bearishY}H${WIDTH}`} />
      <path class="sparkline-line" d={spark.path} />
      <circle class="sparkline-end" cx={spark.end.x} cy={spark.end.y} r="2" />
    </svg>
  );
}

/** For a screen reader: where the line begins and ends, and the time between. */
export function historyWords({ scores, atS }: ScoreHistory): string {
  const [first, last] = [scores[0], scores[scores.length - 1]];
  const [from, to] = [atS[0], atS[atS.length - 1]];
  if (first === undefined || last === undefined || from === undefined || to === undefined) {
    return "no history";
  }
  if (scores.length === 1) {
    return `history: ${formats.score(last)}, one point so far`;
  }
  return `history: from ${formats.score(first)} to ${formats.score(last)} in ${formatSpan((to - from) * 1000)}`;
}
