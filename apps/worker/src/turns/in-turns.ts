import { setImmediate as nextTurn } from "node:timers/promises";
import type { Steps } from "@pulseboard/snapshot";

/** Does work one step in a turn of the event loop, so that answers, timers and a server in this process do not wait for all of it. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) {
      return value;
    }
    await nextTurn();
  }
}
