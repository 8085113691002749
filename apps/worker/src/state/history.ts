import { REGIME } from "@pulseboard/engine";
import type { History, MarketState, RefreshInput, Samples } from "./market-state.ts";
import { isOlder, MARKET_CAP_STALE_AFTER_MS } from "./reference.ts";

export const NO_SAMPLES: Samples = { at: [], value: [] };

export const EMPTY_HISTORY: History = {
  scores: {},
  dispersion: NO_SAMPLES,
  btcDominance: null,
  meanSignal: NO_SAMPLES,
};

const SLOT_S = 900;
const SCORES_KEPT = 24;
const DAY_S = 86_400;
const HOUR_S = 3_600;

/** The history with the figures of this refresh; carried-over figures are in it already. */
export function nextHistory(
  { asOfMs, tickers, symbols, reference }: RefreshInput,
  before: History,
  { overview, scores }: Pick<MarketState, "overview" | "scores">,
): History {
  const nowS = Math.floor(asOfMs / 1000);
  const scored = symbols === null || scores.provenance.stale ? [] : scores.value;
  const dispersion = tickers === null || overview.provenance.stale ? null : overview.value.overview.market_dispersion;
  const globalMarket = reference?.globalMarket ?? null;
  // A source that fell silent would look like a dominance that stands still.
  const isSilent = isOlder(globalMarket, asOfMs, MARKET_CAP_STALE_AFTER_MS);
  const dominance = isSilent ? null : (globalMarket?.value.btcDominancePercent ?? null);
  return {
    scores: addScores(
      before.scores,
      nowS,
      [...scored].map(([symbol, { analysis }]) => [symbol, analysis.score] as const),
    ),
    dispersion: addDispersion(before.dispersion, nowS, dispersion),
    btcDominance: addBtcDominance(
      before.btcDominance,
      nowS,
      dominance === null ? null : { source: globalMarket?.source ?? "", percent: dominance },
    ),
    meanSignal: addMeanSignal(
      before.meanSignal,
      nowS,
      [...scored].map(([, { analysis }]) => analysis.weighted_signal),
    ),
  };
}

/** Adds the mean W of one refresh, replacing that of the same 15 min; too few symbols are not the market, and add nothing. */
export function addMeanSignal(samples: Samples, nowS: number, weightedSignals: readonly number[]): Samples {
  const slotS = REGIME.sampleEveryMs / 1000;
  const oldestSlot = Math.floor(nowS / slotS) - REGIME.keepSamplesMs / REGIME.sampleEveryMs;
  const kept = filterSamples(samples, (at) => Math.floor(at / slotS) > oldestSlot && at <= nowS);
  if (weightedSignals.length < REGIME.minScored) {
    return kept;
  }
  const sum = weightedSignals.reduce((total, signal) => total + signal, 0);
  return appendToSlot(kept, nowS, sum / weightedSignals.length, slotS);
}

/** The samples whose time satisfies `keep`. */
function filterSamples(samples: Samples, keep: (at: number) => boolean): Samples {
  const kept = samples.at.flatMap((at, index) => {
    const value = samples.value[index];
    return value !== undefined && keep(at) ? [{ at, value }] : [];
  });
  return { at: kept.map(({ at }) => at), value: kept.map(({ value }) => value) };
}

function append(samples: Samples, at: number, value: number): Samples {
  return { at: [...samples.at, at], value: [...samples.value, value] };
}

/** Adds a sample, replacing the one of the same slot, so that the last one is always the current one. */
function appendToSlot(samples: Samples, at: number, value: number, slotS = SLOT_S): Samples {
  const slot = Math.floor(at / slotS);
  return append(
    filterSamples(samples, (earlier) => Math.floor(earlier / slotS) < slot),
    at,
    value,
  );
}

/** Adds the scores of one refresh. A symbol that was not scored for 6 h is forgotten. */
export function addScores(
  scores: History["scores"],
  nowS: number,
  scored: Iterable<readonly [symbol: string, score: number]>,
): History["scores"] {
  const next: Record<string, Samples> = {};
  const oldest = nowS - SCORES_KEPT * SLOT_S;
  for (const [symbol, samples] of Object.entries(scores)) {
    const kept = filterSamples(samples, (at) => at > oldest && at <= nowS);
    if (kept.at.length > 0) {
      next[symbol] = kept;
    }
  }
  for (const [symbol, score] of scored) {
    const samples = appendToSlot(next[symbol] ?? NO_SAMPLES, nowS, score);
    next[symbol] = { at: samples.at.slice(-SCORES_KEPT), value: samples.value.slice(-SCORES_KEPT) };
  }
  return next;
}

/** Adds the dispersion of one snapshot; null (unknown) adds nothing. */
export function addDispersion(samples: Samples, nowS: number, dispersionPercent: number | null): Samples {
  const kept = filterSamples(samples, (at) => at > nowS - DAY_S && at < nowS);
  return dispersionPercent === null ? kept : append(kept, nowS, dispersionPercent);
}

/** A mean over some time. */
export interface MeanOverSpan {
  readonly mean: number;
  /** From the first to the last of the values. */
  readonly spanMs: number;
}

/** Mean dispersion (%) over the snapshots of at most the last 24 h; null until they span one hour. */
export function meanDispersion(samples: Samples): MeanOverSpan | null {
  const first = samples.at[0];
  const last = samples.at.at(-1);
  if (first === undefined || last === undefined || last - first < HOUR_S) {
    return null;
  }
  const sum = samples.value.reduce((total, value) => total + value, 0);
  return { mean: sum / samples.value.length, spanMs: (last - first) * 1000 };
}

/** Adds a dominance; a change of source starts over, because sources count the market differently. */
export function addBtcDominance(
  samples: History["btcDominance"],
  nowS: number,
  dominance: { readonly source: string; readonly percent: number } | null,
): History["btcDominance"] {
  if (dominance === null) {
    return samples;
  }
  const before = samples?.source === dominance.source ? samples : NO_SAMPLES;
  const kept = filterSamples(before, (at) => at > nowS - DAY_S - HOUR_S);
  return { source: dominance.source, ...appendToSlot(kept, nowS, dominance.percent) };
}

/**
 * Change of BTC dominance over 24 h in points; null when the history does not reach back 23 to 25 h.
 */
export function btcDominanceChange24h(samples: History["btcDominance"]): number | null {
  const last = samples?.at.at(-1);
  const current = samples?.value.at(-1);
  if (samples === null || last === undefined || current === undefined) {
    return null;
  }
  const distance = (at: number): number => Math.abs(last - DAY_S - at);
  const nearest = samples.at.reduce((best, at) => (distance(at) < distance(best) ? at : best), last);
  const before = samples.value[samples.at.indexOf(nearest)];
  return before === undefined || distance(nearest) > HOUR_S ? null : current - before;
}
