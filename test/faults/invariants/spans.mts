import type { Occupied, Timeline } from "../contracts.mts";

/** A span of time; `toMs` is infinite while it lasts. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The spans in which the server process was stopped, killed or starting. */
export function serverAwaySpans({ serverAway }: Timeline): readonly Span[] {
  return serverAway.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs ?? Number.POSITIVE_INFINITY }));
}

/** The spans in which a fault occupied one of these, and what it left behind may still have lasted. */
export function occupiedSpans({ faults }: Timeline, what: readonly Occupied[]): readonly Span[] {
  return faults
    .filter(({ fault }) => fault.occupies.some((each) => what.includes(each)))
    .map(({ fault, beganMs, endedMs }) => ({
      fromMs: beganMs,
      toMs: (endedMs ?? Number.POSITIVE_INFINITY) + fault.leaves.ms,
    }));
}

export function overlaps(a: Span, b: Span): boolean {
  return a.fromMs <= b.toMs && b.fromMs <= a.toMs;
}

/** The part of a span that none of the others covers, ms. They do not overlap each other. */
export function uncoveredMs(span: Span, covers: readonly Span[]): number {
  const coveredMs = covers.reduce(
    (sum, cover) => sum + Math.max(0, Math.min(span.toMs, cover.toMs) - Math.max(span.fromMs, cover.fromMs)),
    0,
  );
  return span.toMs - span.fromMs - coveredMs;
}

/** The end of the last of these spans that reaches into the time from `fromMs` to `toMs`; `fromMs` if none does. */
export function lastEndWithin(spans: readonly Span[], fromMs: number, toMs: number): number {
  return spans
    .filter((span) => overlaps(span, { fromMs, toMs }))
    .reduce((last, span) => Math.max(last, span.toMs), fromMs);
}

/** "1234 ms after the first request" and the like: times of the harness say nothing to a reader of a report. */
export function since(originMs: number, atMs: number): string {
  return `${Math.round(atMs - originMs)} ms`;
}
