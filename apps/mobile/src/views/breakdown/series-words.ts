import { formats } from "../../format/formats.ts";
import type { Column } from "./span-series.ts";

/**
 * A series in words, for everybody and in the chart's place for a screen reader: where it begins, where it ends, between what, and
 * whether something is missing in between.
 */
export function seriesWords(times: readonly number[], values: Column, format: (value: number) => string): string {
  const known = values.flatMap((value, i) => (value === null ? [] : [{ value, atS: times[i] ?? 0, i }]));
  const [first, last] = [known[0], known[known.length - 1]];
  if (first === undefined || last === undefined) {
    return "nothing known in this span.";
  }
  const at = ({ value, atS }: typeof first) => `${format(value)} (${formats.dateTime(atS)})`;
  if (first === last) {
    return `${at(last)}, one point so far.`;
  }
  const all = known.map(({ value }) => value);
  const gaps = last.i - first.i + 1 > known.length ? ", with gaps" : "";
  return `${at(first)} to ${at(last)}, low ${format(Math.min(...all))}, high ${format(Math.max(...all))}${gaps}.`;
}
