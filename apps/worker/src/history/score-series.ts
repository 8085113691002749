import { HISTORY_SPANS, type HistorySpan } from "@pulseboard/snapshot";

type Points = readonly (number | null)[];

/** The last scores of a symbol in each step of each span. */
export interface ScoreSeries {
  /** Adds the scores of a refresh. Of several in one step the last counts; one from before the newest step adds nothing. */
  put(symbol: string, asOfMs: number, score: number | null, relative: number | null): void;
  /** The last `points` steps up to the one that ends at `endMs`, oldest first; null where there was no score. */
  read(
    symbol: string,
    span: HistorySpan,
    endMs: number,
    points?: number,
  ): { readonly score: Points; readonly relative: Points };
  /** Since when there are scores of the symbol, Unix ms; null when there are none. */
  sinceMs(symbol: string): number | null;
  forget(symbol: string): void;
  clear(): void;
}

/** Scores are kept as hundredths, which they are published with. */
const UNITS = 100;
const UNKNOWN = 0xffff;
const SPANS = Object.entries(HISTORY_SPANS) as readonly [HistorySpan, (typeof HISTORY_SPANS)[HistorySpan]][];

/** A ring of steps: the one that ends at `step * stepS` lies at `step % length`. One more than is shown: the newest has not ended yet. */
interface Ring {
  readonly stepMs: number;
  readonly score: Uint16Array;
  readonly relative: Uint16Array;
  newest: number;
}

interface OfSymbol {
  readonly rings: ReadonlyMap<HistorySpan, Ring>;
  sinceMs: number;
}

/** Creates the memory of the scores: 6 KB for each symbol. */
export function createScoreSeries(): ScoreSeries {
  const bySymbol = new Map<string, OfSymbol>();
  return {
    put: (symbol, asOfMs, score, relative) => {
      const known = bySymbol.get(symbol) ?? { rings: new Map(SPANS.map(newRing)), sinceMs: asOfMs };
      bySymbol.set(symbol, known);
      for (const ring of known.rings.values()) {
        putInto(ring, Math.ceil(asOfMs / ring.stepMs), score, relative);
      }
    },
    read: (symbol, span, endMs, points = HISTORY_SPANS[span].points) => {
      const ring = bySymbol.get(symbol)?.rings.get(span);
      const column = (of: "score" | "relative"): Points =>
        Array.from({ length: points }, (_, at) =>
          ring === undefined ? null : valueAt(ring, of, endMs, points - 1 - at),
        );
      return { score: column("score"), relative: column("relative") };
    },
    sinceMs: (symbol) => bySymbol.get(symbol)?.sinceMs ?? null,
    forget: (symbol) => void bySymbol.delete(symbol),
    clear: () => bySymbol.clear(),
  };
}

function newRing([span, { points, stepS }]: (typeof SPANS)[number]): readonly [HistorySpan, Ring] {
  const column = () => new Uint16Array(points + 1).fill(UNKNOWN);
  return [span, { stepMs: stepS * 1000, score: column(), relative: column(), newest: Number.NEGATIVE_INFINITY }];
}

function putInto(ring: Ring, step: number, score: number | null, relative: number | null): void {
  const { length } = ring.score;
  if (step < ring.newest) {
    return;
  }
  for (let cleared = Math.max(ring.newest + 1, step - length + 1); cleared <= step; cleared++) {
    ring.score[cleared % length] = UNKNOWN;
    ring.relative[cleared % length] = UNKNOWN;
  }
  ring.newest = step;
  ring.score[step % length] = score === null ? UNKNOWN : Math.round(score * UNITS);
  ring.relative[step % length] = relative === null ? UNKNOWN : Math.round(relative * UNITS);
}

function valueAt(ring: Ring, of: "score" | "relative", endMs: number, stepsBack: number): number | null {
  const { length } = ring.score;
  const step = Math.floor(endMs / ring.stepMs) - stepsBack;
  if (step > ring.newest || step <= ring.newest - length) {
    return null;
  }
  const value = ring[of][step % length];
  return value === undefined || value === UNKNOWN ? null : value / UNITS;
}
