import { useEffect, useState } from "preact/hooks";
import type { Loaded } from "../data/documents.ts";

/** A body that a view loads for itself. */
export interface LoadingState<T> {
  /** The newest one that could be loaded; null until there is one. */
  readonly value: T | null;
  /** True if the server could not be reached, so that the value is the copy on this device. */
  readonly fromDevice: boolean;
  /** Why the last attempt failed, as a sentence; null when it succeeded. */
  readonly failure: string | null;
}

/** True if a body belongs to the snapshot with this sequence. */
type IsOf<T> = (value: T, sequence: number) => boolean;

/**
 * Loads a body beside the snapshot: again with each snapshot, and again after a while when loading failed or returned
 * the body of another snapshot. The previous body stays until the next has arrived, so that nothing on the screen jumps
 * or closes.
 *
 * @param load - Must stay the same function while the same body is wanted.
 * @param sequence - Sequence of the snapshot on the screen.
 * @param isOf - Must always be the same function; leave it out when a body does not name its snapshot.
 */
export function useLoaded<T>(
  load: () => Promise<Loaded<T>>,
  sequence: number,
  isOf: IsOf<T> = isOfAny,
): LoadingState<T> {
  const [state, setState] = useState<LoadingState<T>>({ value: null, fromDevice: false, failure: null });
  // A new sequence triggers loading.
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
        // A hidden page sends no requests.
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

/** Tells whether the loaded body does not belong to the snapshot on the screen yet. */
export function isToBeRetried<T>(loaded: Loaded<T>, sequence: number, isOf: IsOf<T>): boolean {
  return !loaded.ok || loaded.fromDevice || !isOf(loaded.value, sequence);
}

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;

/**
 * Delay after a number of attempts in a row that brought nothing new: 1 s, doubled up to 30 s. A server publishes each
 * snapshot a moment before its explanations, and the next snapshot may be a whole period away.
 */
export function retryAfterMs(attempts: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LAST_RETRY_MS);
}

/** The state after loading: neither a failure nor a copy on the device removes what is on the screen. */
export function afterLoading<T>(before: LoadingState<T>, loaded: Loaded<T>): LoadingState<T> {
  if (!loaded.ok) {
    return { ...before, failure: loaded.reason };
  }
  const { fromDevice } = loaded;
  return { value: fromDevice ? (before.value ?? loaded.value) : loaded.value, fromDevice, failure: null };
}
