import { formats } from "../../format/formats.ts";
import { TableFrame } from "../../parts/table-frame.tsx";
import type { SpanSeries } from "./span-series.ts";
import "../../parts/figure-table.css";

const ROWS = 24;

/** Points of the charts as a table, evenly spread over the span, the newest last. */
export function HistoryTable({ times, price, score, relative }: SpanSeries) {
  const every = Math.max(1, Math.ceil(times.length / ROWS));
  const newest = times.length - 1;
  const written = (value: number | null | undefined, format: (value: number) => string) =>
    value === null || value === undefined ? "unknown" : format(value);
  return (
    <details class="rules">
      <summary>As a table</summary>
      <TableFrame label="Price and scores over time">
        <table class="figure-table">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Price, USD</th>
              <th scope="col">Score</th>
              <th scope="col">Relative</th>
            </tr>
          </thead>
          <tbody>
            {times.map((atS, i) =>
              (newest - i) % every === 0 ? (
                <tr key={atS}>
                  <th scope="row">{formats.dateTime(atS)}</th>
                  <td>{written(price[i], formats.price)}</td>
                  <td>{written(score[i], formats.score)}</td>
                  <td>{written(relative[i], formats.score)}</td>
                </tr>
              ) : null,
            )}
          </tbody>
        </table>
      </TableFrame>
    </details>
  );
}
