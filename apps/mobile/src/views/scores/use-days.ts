import { useEffect, useState } from "preact/hooks";
import { type Days, HALF_HOUR_S } from "../../data/days.ts";
import type { Loaded } from "../../data/documents.ts";
import { halfHourDelayMs } from "../../data/polling-intervals.ts";

/** The prices of the last 24 h, as far as they could be loaded. */
export interface DaysState {
  /** The newest ones; null until there are any. */
  readonly days: Days | null;
  /** Why the last attempt failed, as a sentence; null when it succeeded. */
  readonly failure: string | null;
  /** Requests in a row that brought nothing new. */
  readonly failures: number;
}

const NOTHING: DaysState = { days: null, failure: null, failures: 0 };

/** For the reader's return from a breakdown: what is here is not asked for again. */
let kept = NOTHING;

/**
 * Loads the days when the list is shown, again when a half hour has closed, and again after a while when that brought nothing new.
 * A hidden page does not ask.
 *
 * @param load - Must stay the same function.
 * @param origin - Of the snapshot on the screen: prices of another market do not count.
 * @param marketS - The market's time in that snapshot, Unix seconds.
 */
export function useDays(load: () => Promise<Loaded<Days>>, origin: string, marketS: number): DaysState {
  const [state, setState] = useState(kept);
  const days = state.days?.origin === origin ? state.days : null;
  const isDue = isDueAt({ ...state, days }, marketS);
  useEffect(() => {
    if (!isDue) {
      return;
    }
    let wanted = true;
    const ask = async () => {
      if (document.hidden) {
        document.addEventListener("visibilitychange", ask, { once: true });
        return;
      }
      const loaded = await load();
      if (wanted) {
        kept = afterAsking({ ...state, days }, loaded, { origin, marketS });
        setState(kept);
      }
    };
    const timer = setTimeout(ask, delayMs({ ...state, days }, marketS, Math.random()));
    return () => {
      wanted = false;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", ask);
    };
    // Not each snapshot that arrives while it waits.
  }, [load, isDue, state, origin]);
  return { ...state, days };
}

/** Whether the days should be asked for: there are none, they may not be the server's newest, or a half hour has closed since. */
export function isDueAt({ days, failures }: DaysState, marketS: number): boolean {
  return days === null || failures > 0 || marketS - days.as_of >= HALF_HOUR_S;
}

/** How long to wait with that. */
export function delayMs({ days, failures }: DaysState, marketS: number, random: number): number {
  const sinceCloseS = days === null ? Number.POSITIVE_INFINITY : marketS - days.as_of - HALF_HOUR_S;
  return halfHourDelayMs(failures, sinceCloseS, random);
}

/** The state after a request: neither a failure nor a copy on the device removes what is on the screen. */
export function afterAsking(
  before: DaysState,
  loaded: Loaded<Days>,
  { origin, marketS }: { readonly origin: string; readonly marketS: number },
): DaysState {
  const failures = before.failures + 1;
  if (loaded.ok && loaded.value.origin !== origin) {
    return { ...before, failure: "The server's prices are of another market.", failures };
  }
  if (!loaded.ok) {
    return { ...before, failure: loaded.reason, failures };
  }
  const { value, fromDevice } = loaded;
  if (fromDevice) {
    return { days: before.days ?? value, failure: null, failures };
  }
  const state = { days: value, failure: null, failures: 0 };
  return isDueAt(state, marketS) ? { ...state, failures } : state;
}
