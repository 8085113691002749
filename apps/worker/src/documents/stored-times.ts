import type { AlertsDocument, HistoryDocument, MobileSnapshot, WorkerStateParts } from "@pulseboard/snapshot";

/** The documents beside the snapshot, as far as they can be read. */
export interface StoredMemory {
  readonly parts: Partial<WorkerStateParts>;
  readonly history: HistoryDocument | null;
  readonly alerts: AlertsDocument | null;
}

/** Servers and services do not agree to the second. */
const TOLERANCE_MS = 60_000;
/** No section is carried over for nearly as long while market time goes on. */
const LONGEST_CARRIED_OVER_MS = 7 * 86_400_000;

/**
 * Market time of the refresh that wrote the documents. What `worker:state` or `worker:history` claims counts only if the sections of
 * the snapshot agree; otherwise it is the time of the newest section, in whole seconds.
 */
export function storedMarketTimeMs(snapshot: MobileSnapshot, { parts, history }: StoredMemory): number {
  const { overview, movers, perps, scores } = snapshot.sections;
  const newestMs = Math.max(0, ...[overview, movers, perps, scores].map(({ as_of }) => (as_of ?? 0) * 1000));
  const claims = [parts.as_of_ms, history === null ? undefined : history.as_of * 1000];
  // Where no section has any time, there is nothing to compare with.
  const isPossible = (ms: number): boolean =>
    ms >= newestMs && (newestMs === 0 || ms <= newestMs + LONGEST_CARRIED_OVER_MS);
  return claims.find((ms): ms is number => ms !== undefined && isPossible(ms)) ?? newestMs;
}

/**
 * The memory without the parts that have a time which cannot be: a section's that is not that of the snapshot, or one after the
 * market's own. A time from the future would never pass: no alert would be newer, no zone older, no source stale.
 * @returns the names of the parts that were left out, too
 */
export function withoutImpossibleTimes(
  snapshot: MobileSnapshot,
  { parts, history, alerts }: StoredMemory,
): StoredMemory & { readonly leftOut: readonly string[]; readonly alertsAreLeftOut: boolean } {
  const asOfMs = storedMarketTimeMs(snapshot, { parts, history, alerts });
  const isPast = (seconds: number | null | undefined): boolean => (seconds ?? 0) * 1000 <= asOfMs + TOLERANCE_MS;
  const isSeriesPast = (series: { readonly at: readonly number[] } | null): boolean => isPast(series?.at.at(-1));
  const areZonesPast = (zones: WorkerStateParts["zones"]): boolean =>
    Object.values(zones).every(({ last_seen, last_signal }) => isPast(last_seen) && isPast(last_signal));
  const isOfSection = (name: "overview" | "movers" | "perps" | "scores", part: WorkerStateParts["overview"]): boolean =>
    (part.as_of_ms === null ? null : Math.floor(part.as_of_ms / 1000)) === snapshot.sections[name].as_of;
  // Reference services tell the time of the wall, whatever time it is in a simulated market.
  const referenceEndsMs = Math.max(asOfMs, snapshot.timestamp * 1000) + TOLERANCE_MS;

  const isPossible: { readonly [Name in keyof WorkerStateParts]: (part: WorkerStateParts[Name]) => boolean } = {
    as_of_ms: (part) => part === asOfMs,
    overview: (part) => isOfSection("overview", part),
    movers: (part) => isOfSection("movers", part),
    perps: (part) => isOfSection("perps", part),
    scores: (part) => isOfSection("scores", part),
    reference: ({ market_cap, fear_greed }) =>
      [market_cap, fear_greed].every((source) => source === null || source.as_of_ms <= referenceEndsMs),
    score_history: (part) => Object.values(part).every(isSeriesPast),
    dispersion_history: isSeriesPast,
    dominance_history: isSeriesPast,
    zones: areZonesPast,
    regime: () => true,
    averages: (part) => Object.values(part).every(({ as_of_ms }) => isPast(as_of_ms / 1000)),
    regime_samples: isSeriesPast,
    shown_regime: (part) =>
      part === null || Object.values(part).every((at) => typeof at === "string" || isPast((at ?? 0) / 1000)),
  };
  const isLeftOut = <Name extends keyof WorkerStateParts>(name: Name): boolean => {
    const part = parts[name];
    return part !== undefined && !isPossible[name](part);
  };
  const leftOut = (Object.keys(isPossible) as (keyof WorkerStateParts)[]).filter(isLeftOut);
  const isHistoryPossible = history !== null && isPast(history.as_of) && isSeriesPast(history.btc_dominance);
  const areAlertsPossible = alerts !== null && isPast(alerts.alerts[0]?.unix_timestamp) && areZonesPast(alerts.zones);
  return {
    parts: Object.fromEntries(
      Object.entries(parts).filter(([name]) => !leftOut.includes(name as keyof WorkerStateParts)),
    ) as Partial<WorkerStateParts>,
    history: isHistoryPossible ? history : null,
    alerts: areAlertsPossible ? alerts : null,
    leftOut,
    alertsAreLeftOut: alerts !== null && !areAlertsPossible,
  };
}
