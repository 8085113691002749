/** A request as the simulator saw it arrive. */
export interface SeenRequest {
  /** Unix ms. */
  readonly at_ms: number;
  readonly endpoint: string;
  /** "ok", "banned", or the fault that it met. */
  readonly answer: string;
}

/** As many requests as the worker has under way at most: those may arrive after the first answer of 403. */
const MOST_ON_THE_WAY = 24;
/** Until an answer is known to the worker, and nothing of what it sent before is left on the way, on a busy machine. */
const ON_THE_WAY_MS = 400;
const SLOW_ON_THE_WAY_MS = 2_500;
/** A pause begins when the answer arrives; the simulator counts from when it sends it. */
const MARGIN_MS = 20;

const BANS: ReadonlySet<string> = new Set(["banned", "rate_ban_403", "rate_403_json"]);

/** The most requests in any window. */
export function mostWithin(requests: readonly SeenRequest[], windowMs: number): number {
  return Math.max(0, ...windowCounts(requests, windowMs));
}

/** For each request, how many arrived in the window that ends with it. */
function windowCounts(requests: readonly SeenRequest[], windowMs: number): readonly number[] {
  let first = 0;
  return requests.map(({ at_ms }, index) => {
    while ((requests[first]?.at_ms ?? at_ms) <= at_ms - windowMs) {
      first += 1;
    }
    return index - first + 1;
  });
}

/** The worst window with more than the budget. */
export function judgeBudget(
  requests: readonly SeenRequest[],
  { limit, windowMs }: { readonly limit: number; readonly windowMs: number },
): readonly string[] {
  const counts = windowCounts(requests, windowMs);
  const most = Math.max(0, ...counts);
  const at = requests[counts.indexOf(most)]?.at_ms ?? 0;
  return most > limit
    ? [`${most} requests in the ${windowMs} ms to ${new Date(at).toISOString()}, where ${limit} are allowed`]
    : [];
}

export interface PauseRules {
  /** How long nothing is sent after an answer of 403. */
  readonly pauseMs: number;
  /** Answers may take long to arrive. */
  readonly isLinkSlow: boolean;
  /** Starts of workers that cannot know of a pause before them, Unix ms: each has one request more. */
  readonly forgetfulRestartsMs: readonly number[];
}

/** A pause as far as it is known. */
interface Pause {
  /** The first answer of 403. */
  readonly beganMs: number;
  /** The last one. */
  lastMs: number;
  /** How many requests may still have been on their way. */
  left: number;
  /** How many starts of workers have been made use of. */
  restarts: number;
}

/** Requests that were sent although an answer of 403 was known, other than one probe for each pause. */
export function judgePauses(requests: readonly SeenRequest[], rules: PauseRules): readonly string[] {
  const { pauseMs, isLinkSlow, forgetfulRestartsMs } = rules;
  const onTheWayMs = isLinkSlow ? SLOW_ON_THE_WAY_MS : ON_THE_WAY_MS;
  const wrong: string[] = [];
  let pause = null as Pause | null;
  for (const { at_ms, endpoint, answer } of requests) {
    const isBan = BANS.has(answer);
    const current = pause;
    if (current !== null && at_ms < current.lastMs + pauseMs - MARGIN_MS) {
      const known = forgetfulRestartsMs.filter((startMs) => startMs > current.beganMs && startMs <= at_ms).length;
      if (at_ms <= current.beganMs + onTheWayMs && current.left > 0) {
        current.left -= 1;
      } else if (known > current.restarts) {
        current.restarts += 1;
      } else {
        const sinceMs = at_ms - current.lastMs;
        wrong.push(
          `${endpoint} was asked ${sinceMs} ms after an answer of 403, where ${pauseMs} ms are to pass (${answer})`,
        );
      }
      current.lastMs = isBan ? at_ms : current.lastMs;
    } else if (isBan) {
      // After a pause, the request that finds it unfinished is the probe: nothing else is on its way.
      const isProbe: boolean = current !== null && at_ms < current.lastMs + 2 * pauseMs;
      pause = { beganMs: at_ms, lastMs: at_ms, left: isProbe ? 0 : MOST_ON_THE_WAY - 1, restarts: 0 };
    } else {
      pause = null;
    }
  }
  return wrong;
}
