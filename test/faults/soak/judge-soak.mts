import { SERIES, type SeriesName, type SoakResult } from "./soak-result.mts";

/** Before these minutes a process still loads code, fills its caches and pools; each later window is compared with the first. */
const SETTLED_AFTER_MIN = 5;
const WINDOW_MIN = 5;
/** By how much the median of a window may differ from the first window's. */
const FLAT_WITHIN = 0.1;
const LOG_BYTES_PER_HOUR = 1_000_000;
const MB = 1e6;

/** Medians of a series: of minutes 5 to 10, of minutes 10 to 15, and so on; a last window that is not whole is left out. */
export interface Flatness {
  readonly name: SeriesName;
  readonly medians: readonly number[];
  /** The largest difference of a window from the first, as a share of it, with its sign; null with fewer than two windows. */
  readonly furthest: number | null;
}

/** How flat each series was after the fifth minute. */
export function flatnessOf({ samples, minutes }: Pick<SoakResult, "samples" | "minutes">): readonly Flatness[] {
  const count = Math.max(0, Math.floor((minutes - SETTLED_AFTER_MIN) / WINDOW_MIN));
  return SERIES.map((name) => {
    const medians = Array.from({ length: count }, (_, index) => SETTLED_AFTER_MIN + index * WINDOW_MIN).flatMap(
      (from) => {
        const inWindow = samples.filter(({ minute }) => minute >= from && minute < from + WINDOW_MIN);
        const median = medianOf(inWindow.flatMap(({ values }) => values[name] ?? []));
        return median === null ? [] : [median];
      },
    );
    const [first, ...later] = medians;
    const differences = first === undefined ? [] : later.map((median) => median / first - 1);
    const furthest = differences.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0] ?? null;
    return { name, medians, furthest };
  });
}

/** Bytes that a process logs in an hour. */
export function logRate({ logBytes, minutes }: SoakResult, process: "worker" | "server"): number {
  return (logBytes[process] / minutes) * 60;
}

/** What failed, in sentences; empty when the soak has passed. */
export function failuresOf(result: SoakResult): readonly string[] {
  const flatness = flatnessOf(result).flatMap(({ name, furthest, medians }) =>
    furthest === null || Math.abs(furthest) <= FLAT_WITHIN
      ? []
      : [
          `${name}: ${percent(furthest)} from minutes 5 to 10 (medians ${medians.map((each) => each.toFixed(1)).join(", ")})`,
        ],
  );
  const logs = (["worker", "server"] as const)
    .filter((process) => logRate(result, process) > LOG_BYTES_PER_HOUR)
    .map((process) => `the ${process} logs ${(logRate(result, process) / MB).toFixed(2)} MB an hour`);
  const broken = result.faults.flatMap(({ name, violations }) =>
    violations.map(({ invariant, what }) => `${invariant} at "${name}": ${what}`),
  );
  return [...result.problems, ...broken, ...flatness, ...logs];
}

/** "+3.1 %". */
export function percent(share: number): string {
  return `${share < 0 ? "-" : "+"}${Math.abs(share * 100).toFixed(1)} %`;
}

function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
