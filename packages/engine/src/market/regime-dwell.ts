import { checkNumber, FINITE } from "../checks/check-columns.ts";

/** How long a name of the regime holds. */
export const REGIME_DWELL = {
  /** The shown name changes when the computed one has differed from it for this long, market time. */
  dwellMs: 3_600_000,
  /** With a longer gap between two computations, in periods, the dwell begins anew. */
  maxGapPeriods: 3,
  /** Market time this far behind the computation before, or less, counts as that of it: servers do not agree to the second. */
  backwardsMs: 60_000,
  /** A regime that was unknown for no longer than this comes back with the name before, market time. */
  unknownMs: 3_600_000,
};

/** What is remembered of the shown regime between computations. Times are market time, Unix ms. */
export interface RegimeDwell {
  /** The last known name that was shown. */
  readonly name: string;
  /** Since when the computed name has differed from it without interruption. */
  readonly differsSinceMs: number | null;
  /** Since when the regime has been unknown. */
  readonly unknownSinceMs: number | null;
  /** When it was last computed. */
  readonly asOfMs: number;
}

export interface ShownRegime {
  /** Null while the regime is unknown. */
  readonly shown: string | null;
  readonly dwell: RegimeDwell | null;
}

/**
 * The regime's name that is shown, which holds for an hour against names that come and go. The first known name is shown at
 * once, and so is an unknown regime.
 *
 * @throws EngineInputError for a time that is not finite, or that lies after `before`
 * @param computed the name by the figures of now; null when it is unknown
 * @param marketMs market time, Unix ms
 * @param periodMs market time between two computations
 */
export function dwellOnRegime(
  computed: string | null,
  marketMs: number,
  periodMs: number,
  before: RegimeDwell | null,
): ShownRegime {
  checkTimes(marketMs, before);
  const backMs = before === null ? 0 : before.asOfMs - marketMs;
  const nowMs = backMs > 0 && backMs <= REGIME_DWELL.backwardsMs ? marketMs + backMs : marketMs;
  if (computed === null) {
    return { shown: null, dwell: before === null ? null : unknown(before, nowMs) };
  }
  if (before === null || wasUnknownForLong(before, nowMs)) {
    return shown(computed, null, nowMs);
  }
  if (computed === before.name) {
    return shown(computed, null, nowMs);
  }
  const gapMs = nowMs - before.asOfMs;
  const uninterrupted = before.unknownSinceMs === null && gapMs >= 0 && gapMs <= REGIME_DWELL.maxGapPeriods * periodMs;
  const differsSinceMs = (uninterrupted ? before.differsSinceMs : null) ?? nowMs;
  return nowMs - differsSinceMs >= REGIME_DWELL.dwellMs
    ? shown(computed, null, nowMs)
    : shown(before.name, differsSinceMs, nowMs);
}

function checkTimes(marketMs: number, before: RegimeDwell | null): void {
  checkNumber("marketMs", marketMs, FINITE);
  if (before === null) {
    return;
  }
  const { asOfMs, differsSinceMs, unknownSinceMs } = before;
  checkNumber("before.asOfMs", asOfMs, FINITE);
  const earlier = { ...FINITE, most: asOfMs, words: "not a finite number up to before.asOfMs" };
  checkNumber("before.differsSinceMs", differsSinceMs ?? asOfMs, earlier);
  checkNumber("before.unknownSinceMs", unknownSinceMs ?? asOfMs, earlier);
}

function shown(name: string, differsSinceMs: number | null, nowMs: number): ShownRegime {
  return { shown: name, dwell: { name, differsSinceMs, unknownSinceMs: null, asOfMs: nowMs } };
}

function unknown(before: RegimeDwell, nowMs: number): RegimeDwell {
  return {
    name: before.name,
    differsSinceMs: null,
    unknownSinceMs: Math.min(before.unknownSinceMs ?? nowMs, nowMs),
    asOfMs: nowMs,
  };
}

function wasUnknownForLong({ unknownSinceMs }: RegimeDwell, nowMs: number): boolean {
  return unknownSinceMs !== null && nowMs - unknownSinceMs > REGIME_DWELL.unknownMs;
}
