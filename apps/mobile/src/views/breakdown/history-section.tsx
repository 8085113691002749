import { useEffect, useRef, useState } from "preact/hooks";
import { formats } from "../../format/formats.ts";
import type { ScoreHistory } from "../../parts/score-history.ts";
import type { DrawnHistory } from "./draw-history.ts";
import "./figure-table.css";
import "./history-section.css";

/** The score's last hours as a chart, and the same numbers as a table. */
export function HistorySection({ scores, atS }: ScoreHistory) {
  const [first, last] = [scores[0], scores[scores.length - 1]];
  const [from, to] = [atS[0], atS[atS.length - 1]];
  return (
    <section class="card">
      <h2 class="card-title">Score history, at most one point per 15 min</h2>
      {first === undefined || last === undefined || from === undefined || to === undefined ? (
        <p>No history yet.</p>
      ) : (
        <>
          {scores.length > 1 && <Chart scores={scores} atS={atS} />}
          <p class="history-words">
            {scores.length === 1
              ? `One point so far: ${formats.score(last)} at ${formats.time(to)}.`
              : `From ${formats.score(first)} at ${formats.time(from)} to ${formats.score(last)} at ${formats.time(to)}, between ${formats.score(Math.min(...scores))} and ${formats.score(Math.max(...scores))}.`}
          </p>
          {scores.length > 1 && <HistoryTable scores={scores} atS={atS} />}
        </>
      )}
    </section>
  );
}

/** Drawn by code that only this view needs, and loads on demand. */
function Chart({ scores, atS }: ScoreHistory) {
  const frame = useRef<HTMLDivElement>(null);
  const drawn = useRef<DrawnHistory | null>(null);
  const newest = useRef({ scores, atS });
  const [failed, setFailed] = useState(false);
  newest.current = { scores, atS };

  useEffect(() => {
    const element = frame.current;
    let wanted = true;
    const draw = async () => {
      try {
        const { drawHistory } = await import("./draw-history.ts");
        if (wanted && element !== null) {
          drawn.current = drawHistory(element, newest.current);
        }
      } catch {
        // Reported, not hidden: without a connection this code may not be on the device.
        if (wanted) {
          setFailed(true);
        }
      }
    };
    void draw();
    return () => {
      wanted = false;
      drawn.current?.remove();
    };
  }, []);

  // Compared by content, because each snapshot creates new arrays.
  const points = JSON.stringify([atS, scores]);
  useEffect(() => drawn.current?.update(newest.current), [points]);

  if (failed) {
    return <p>The chart could not be loaded. The table below has its numbers.</p>;
  }
  return (
    <div
      class="history-chart"
      ref={frame}
      role="img"
      aria-label="Chart of the score. The table below has its numbers."
    />
  );
}

function HistoryTable({ scores, atS }: ScoreHistory) {
  return (
    <details class="rules">
      <summary>As a table</summary>
      <table class="figure-table">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Score</th>
          </tr>
        </thead>
        <tbody>
          {scores.map((score, i) => (
            <tr key={atS[i]}>
              <th scope="row">{formats.dateTime(atS[i] ?? 0)}</th>
              <td>{formats.score(score)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
