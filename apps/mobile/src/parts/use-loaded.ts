import { useEffect, useState } from "preact/hooks";
import type { Loaded } from "../data/documents.ts";

/** What a view has of a body that it asked for by itself. */
export interface LoadedState<T> {
  /** The newest that could be loaded; null until there is one. */
  readonly value: T | null;
  /** Whether the server could not be asked, so that the value is what this device has kept. */
  readonly fromDevice: boolean;
  /** Why the last attempt came to nothing, as a sentence; null when it did not. */
  readonly failure: string | null;
}

/** Whether a body is of the snapshot with this sequence. */
type IsOf<T> = (value: T, sequence: number) => boolean;

/**
 * A body beside the snapshot, loaded anew with each snapshot, and again after a while when that failed or brought the body
 * of another snapshot. The one before stays until the next is there, so that nothing on the screen jumps or closes.
 *
 * @param load - The same function as long as the same body is wanted.
 * @param sequence - Of the snapshot on the screen.
 * @param isOf - The same function always; left out where a body does not say which snapshot it is of.
 */
export function useLoaded<T>(
  load: () => Promise<Loaded<T>>,
  sequence: number,
  isOf: IsOf<T> = isOfAny,
): LoadedState<T> {
  const [state, setState] = useState<LoadedState<T>>({ value: null, fromDevice: false, failure: null });
  // A new sequence is the reason to load again.
  useEffect(() => {
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const renew = async (attempt: number) => {
      const loaded = await load();
      if (!wanted) {
        return;
      }
      setState((before) => afterLoading(before, loaded));
      if (isToBeRetried(loaded, sequence, isOf)) {
        retryLater(attempt);
      }
    };
    const retryLater = (attempt: number) => {
      timer = setTimeout(() => {
        // Nobody looks at a hidden page, so it asks for nothing.
        if (document.hidden) {
          retryLater(attempt);
        } else {
          void renew(attempt + 1);
        }
      }, retryAfterMs(attempt));
    };
    void renew(1);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [load, sequence, isOf]);
  return state;
}

const isOfAny = () => true;

/** Whether what was loaded is not yet what belongs to the snapshot on the screen. */
export function isToBeRetried<T>(loaded: Loaded<T>, sequence: number, isOf: IsOf<T>): boolean {
  return !loaded.ok || loaded.fromDevice || !isOf(loaded.value, sequence);
}

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;

/**
 * How long to wait after so many attempts in a row that brought nothing new: 1 s, doubled up to 30 s. A server has each snapshot a moment
 * before its explanations, and the next snapshot may be a whole period away.
 */
export function retryAfterMs(attempts: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LAST_RETRY_MS);
}

/** What is shown after an answer: neither a failure nor the copy on the device takes away what is there. */
export function afterLoading<T>(before: LoadedState<T>, loaded: Loaded<T>): LoadedState<T> {
  if (!loaded.ok) {
    return { ...before, failure: loaded.reason };
  }
  const { fromDevice } = loaded;
  return { value: fromDevice ? (before.value ?? loaded.value) : loaded.value, fromDevice, failure: null };
}
