import { useEffect, useState } from "preact/hooks";
import type { Loaded } from "../page-state.ts";

/** What a view has of a body that it asked for by itself. */
export interface LoadedState<T> {
  /** The newest that could be loaded; null until there is one. */
  readonly value: T | null;
  /** Whether the server could not be asked, so that the value is what this device has kept. */
  readonly fromDevice: boolean;
  /** Why the last attempt came to nothing, as a sentence; null when it did not. */
  readonly failure: string | null;
}

/**
 * A body beside the snapshot, loaded anew with each snapshot. The one before stays until the next is there, so that nothing on the
 * screen jumps or closes.
 *
 * @param load - The same function as long as the same body is wanted.
 * @param sequence - Of the snapshot on the screen.
 */
export function useLoaded<T>(load: () => Promise<Loaded<T>>, sequence: number): LoadedState<T> {
  const [state, setState] = useState<LoadedState<T>>({ value: null, fromDevice: false, failure: null });
  // A new sequence is the reason to load again.
  useEffect(() => {
    let wanted = true;
    const renew = async () => {
      const loaded = await load();
      if (wanted) setState((before) => afterLoading(before, loaded));
    };
    void renew();
    return () => {
      wanted = false;
    };
  }, [load, sequence]);
  return state;
}

/** What is shown after an answer: neither a failure nor the copy on the device takes away what is there. */
export function afterLoading<T>(before: LoadedState<T>, loaded: Loaded<T>): LoadedState<T> {
  if (!loaded.ok) return { ...before, failure: loaded.reason };
  const { fromDevice } = loaded;
  return { value: fromDevice ? (before.value ?? loaded.value) : loaded.value, fromDevice, failure: null };
}
