import type { Mismatch } from "./figures.mts";
import { UNKNOWN } from "./regime-of-document.mts";

const DWELL_S = 3_600;
/** With a longer gap between two documents the dwell begins anew. */
const GAP_PERIODS = 3;
/** Documents say whole seconds. */
const SECOND_S = 1;

/** What one document says of the regime. */
export interface RegimeLook {
  readonly sequence: number;
  /** Market time, Unix seconds. */
  readonly asOf: number;
  readonly shown: string;
  /** The names that its own figures may give. */
  readonly computed: ReadonlySet<string>;
  /** False of a worker that was started meanwhile, which may remember nothing. */
  readonly isOfFirstWorker: boolean;
}

/**
 * The shown name holds: another one is shown only when the computed one has differed for an hour of market time, and then it is the computed
 * one; and it is shown then. After an hour without any, and from a worker that has forgotten all, the computed one is shown at once.
 *
 * @param looks in the order of their sequences; those of documents that nobody has seen are left out
 * @param startS market time of the first refresh that there can be, Unix seconds
 */
export function checkDwell(
  looks: readonly RegimeLook[],
  { startS, periodS }: { readonly startS: number; readonly periodS: number },
): readonly Mismatch[] {
  const found: Mismatch[] = [];
  let before: RegimeLook | null = null;
  /** Since when each document, without one left out, has shown a name that its own figures did not give. */
  let differsSince: RegimeLook | null = null;
  let last: RegimeLook | null = null;
  for (const look of looks) {
    const { shown, computed, asOf, sequence } = look;
    const at = (text: string): Mismatch => `sequence ${sequence}: market_regime ${text}`;
    if (shown !== UNKNOWN) {
      if (before !== null && before.shown !== shown && !mayChange(before, look)) {
        found.push(at(`was ${before.shown} and is ${shown}, which did not hold for an hour`));
      }
      if (before !== null && before.shown !== shown && !computed.has(shown)) {
        found.push(at(`is ${shown}, and the document's figures give ${[...computed].join(" or ")}`));
      }
      before = look;
    }
    const goesOn =
      last !== null &&
      sequence === last.sequence + 1 &&
      look.isOfFirstWorker &&
      shown === last.shown &&
      asOf >= last.asOf &&
      asOf - last.asOf <= GAP_PERIODS * periodS - SECOND_S;
    differsSince = shown === UNKNOWN || computed.has(shown) ? null : goesOn ? (differsSince ?? look) : look;
    if (differsSince !== null && asOf - differsSince.asOf > DWELL_S + SECOND_S) {
      found.push(at(`is ${shown}, although its figures have given another for ${asOf - differsSince.asOf} s`));
    }
    last = look;
  }
  return found;

  function mayChange(from: RegimeLook, to: RegimeLook): boolean {
    if (!to.isOfFirstWorker) {
      return true;
    }
    // Until it was first known, or since it was last shown, an hour may have gone by without any.
    const isLongEnough = to.asOf - startS >= DWELL_S - SECOND_S;
    const hasGivenItMeanwhile = looks.some(
      ({ sequence, asOf, computed }) =>
        sequence < to.sequence &&
        asOf > to.asOf - DWELL_S + SECOND_S &&
        computed.size === 1 &&
        computed.has(from.shown),
    );
    const wasUnknown = to.asOf - from.asOf >= DWELL_S - SECOND_S;
    return isLongEnough && (wasUnknown || !hasGivenItMeanwhile);
  }
}
