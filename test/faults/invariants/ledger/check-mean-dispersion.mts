import type { MobileSnapshot } from "@pulseboard/snapshot";
import type { Mismatch } from "./figures.mts";
import type { MarketLedger } from "./market-ledger.mts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const CLIP_PERCENT = 30;
/** Between two minutes it may have been a little beyond both. */
const BETWEEN_PERCENT = 0.05;

interface DispersionDocument {
  readonly market_overview: Pick<MobileSnapshot["market_overview"], "avg_market_dispersion">;
}

/**
 * The mean dispersion is one of the snapshots of the last 24 h, so that it lies between the ledger's least and greatest of these, and
 * nothing is known before there was an hour of them. Which moments it is the mean of only the worker knows.
 *
 * @param nowMs market time of the snapshot, Unix ms
 * @param startAtMs when the market began, so that nobody can have a value of before, Unix ms
 */
export function checkMeanDispersion(
  { market_overview }: DispersionDocument,
  ledger: Pick<MarketLedger, "symbols" | "rowAt">,
  { nowMs, startAtMs }: { readonly nowMs: number; readonly startAtMs: number },
): readonly Mismatch[] {
  const { avg_market_dispersion: shown } = market_overview;
  if (shown === null) {
    return [];
  }
  if (nowMs - startAtMs < HOUR_MS) {
    return [`overview: avg_market_dispersion is ${shown} before an hour is known`];
  }
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let timeMs = Math.max(startAtMs, nowMs - DAY_MS); timeMs <= nowMs; timeMs += MINUTE_MS) {
    const dispersion = dispersionAt(ledger, timeMs);
    least = Math.min(least, dispersion);
    greatest = Math.max(greatest, dispersion);
  }
  return shown < least - BETWEEN_PERCENT || shown > greatest + BETWEEN_PERCENT
    ? [`overview: avg_market_dispersion is ${shown}, and the ledger's was from ${least} to ${greatest}`]
    : [];
}

function dispersionAt({ symbols, rowAt }: Pick<MarketLedger, "symbols" | "rowAt">, timeMs: number): number {
  const changes = symbols.map((symbol) => {
    const { changePercent } = rowAt(symbol, timeMs);
    return Math.min(CLIP_PERCENT, Math.max(-CLIP_PERCENT, changePercent));
  });
  const mean = changes.reduce((sum, change) => sum + change, 0) / changes.length;
  return Math.sqrt(changes.reduce((sum, change) => sum + (change - mean) ** 2, 0) / changes.length);
}
