import type { TimeSpan } from "@pulseboard/engine";

/** Merges spans that overlap or touch; oldest first. */
export function mergeSpans(spans: readonly TimeSpan[]): readonly TimeSpan[] {
  const merged: TimeSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last !== undefined && span.fromMs <= last.toMs) {
      merged[merged.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) };
    } else {
      merged.push(span);
    }
  }
  return merged;
}

/** The parts of `span` between the holes. */
export function withoutHoles(span: TimeSpan, holes: readonly TimeSpan[]): readonly TimeSpan[] {
  const left: TimeSpan[] = [];
  let { fromMs } = span;
  for (const hole of mergeSpans(holes)) {
    if (hole.toMs <= fromMs || hole.fromMs >= span.toMs) {
      continue;
    }
    if (hole.fromMs > fromMs) {
      left.push({ fromMs, toMs: hole.fromMs });
    }
    fromMs = hole.toMs;
  }
  if (fromMs < span.toMs) {
    left.push({ fromMs, toMs: span.toMs });
  }
  return left;
}

/** The parts of the spans at `fromMs` or later. */
export function spansFrom(spans: readonly TimeSpan[], fromMs: number): readonly TimeSpan[] {
  return spans
    .filter((span) => span.toMs > fromMs)
    .map((span) => ({ fromMs: Math.max(span.fromMs, fromMs), toMs: span.toMs }));
}
