import { setTimeout as delay } from "node:timers/promises";
import type { Invariant, Occupied, Timeline, Violation } from "../contracts.mts";
import { BAN_MS, FAULT_DURATIONS, REQUEST_BUDGET } from "../stage/fault-durations.mts";
import { judgeBudget, judgePauses, mostWithin, type SeenRequest } from "./budget/judge-requests.mts";

const LOOK_MS = 150;
const ANSWER_MS = 2_000;
const { limitWindowMs } = FAULT_DURATIONS.exchange;
/** What may keep Redis from telling a worker that starts of a ban. The disk tells it as well. */
const WAYS_OF_REDIS: readonly Occupied[] = ["redis", "process:redis", "link:worker-redis"];

/** What `GET /__requests` of the simulator answers. */
interface RequestPage {
  readonly started_at_ms: number;
  readonly next: number;
  readonly requests: readonly SeenRequest[];
}

/**
 * I6: the exchange never sees more than the budget in any window, whichever of the worker's lives sends it; after an answer of
 * 403, only what was on its way arrives until the pause is over, and then one probe, also over restarts of the worker.
 *
 * The simulator keeps the list of requests with the true time of each; it is read every `LOOK_MS`, as a simulator that is killed
 * takes it along: up to so long before its end is unknown then, and the rest is judged.
 */
export const EXCHANGE_BUDGET: Invariant = {
  watch: async (stage, timeline) => {
    const requests: SeenRequest[] = [];
    let life = 0;
    let next = 0;
    const read = async (): Promise<void> => {
      const ask = async (after: number): Promise<RequestPage> => {
        const url = `${stage.simulator.url}/__requests?after=${after}`;
        const headers = { connection: "close" };
        return (await (await fetch(url, { headers, signal: AbortSignal.timeout(ANSWER_MS) })).json()) as RequestPage;
      };
      const page = await ask(next);
      const whole = page.started_at_ms === life || life === 0 ? page : await ask(0);
      life = whole.started_at_ms;
      next = whole.next;
      requests.push(...whole.requests);
    };
    await read();
    let stopped = false;
    const watching = (async () => {
      while (!stopped) {
        await delay(LOOK_MS);
        await read().catch(() => undefined);
      }
    })();
    return {
      verdict: async () => {
        stopped = true;
        await watching;
        return judge(requests, timeline);
      },
      facts: () => [
        `I6: ${requests.length} requests, at most ${mostWithin(requests, limitWindowMs)} of ${REQUEST_BUDGET} in any ${limitWindowMs} ms`,
      ],
    };
  },
};

/** Two lives may know nothing of each other's ban when both stores that could have told fail, or the clock by which they tell. */
function mayForget(occupied: readonly Occupied[]): boolean {
  const isRedisTroubled = WAYS_OF_REDIS.some((way) => occupied.includes(way));
  return occupied.includes("clock") || (occupied.includes("disk:data") && isRedisTroubled);
}

function judge(requests: readonly SeenRequest[], timeline: Timeline): readonly Violation[] {
  const occupied = timeline.faults.flatMap(({ fault }) => fault.occupies);
  const restarts = timeline.faults
    .filter(({ fault }) => fault.occupies.includes("process:worker"))
    .flatMap(({ endedMs }) => (endedMs === null ? [] : [performance.timeOrigin + endedMs]));
  const found = [
    ...judgeBudget(requests, { limit: REQUEST_BUDGET, windowMs: limitWindowMs }),
    ...judgePauses(requests, {
      pauseMs: BAN_MS,
      // A slow link, or a worker that is stopped, learns of the ban late.
      isLinkSlow: occupied.includes("link:worker-exchange") || occupied.includes("process:worker"),
      forgetfulRestartsMs: mayForget(occupied) ? restarts : [],
    }),
  ];
  return found.map((what) => ({ invariant: "I6", what }));
}
