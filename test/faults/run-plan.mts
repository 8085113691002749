import { setTimeout as delay } from "node:timers/promises";
import type { Fault, Stage } from "./contracts.mts";
import type { PlannedFault } from "./draw.mts";
import { PERIOD_MS } from "./stage/fault-durations.mts";
import type { TimelineWriter } from "./stage/timeline.mts";

/** How a fault of the plan went; moments after the watchers had begun, ms. */
export interface CarriedOut {
  readonly fault: Fault;
  readonly beganMs: number;
  readonly endedMs: number;
  readonly touched: number;
}

/**
 * A fault that another one hides, such as a slow link of a process that is killed, goes on until it is met; but no longer than this
 * after the others have ended. One that is not met even then is a mistake of the harness.
 */
const HIDDEN_MS = 6 * PERIOD_MS;
const LOOK_MS = 50;

/** Begins and ends each fault at its moments. */
export async function runPlan(
  stage: Stage,
  plan: readonly PlannedFault[],
  { began, unanswered, ended }: TimelineWriter,
): Promise<readonly CarriedOut[]> {
  const startMs = performance.now();
  const sinceStartMs = (): number => performance.now() - startMs;
  const lastEndMs = Math.max(...plan.map(({ endMs }) => endMs));

  const carryOut = async ({ fault, beginMs, endMs }: PlannedFault): Promise<CarriedOut> => {
    await delay(beginMs);
    const beganMs = sinceStartMs();
    began(fault);
    const running = await fault.begin(stage);
    if (running.unanswered !== undefined) {
      unanswered(running.unanswered);
    }
    try {
      // A beginning that took long must not make it shorter.
      await delay(Math.max(endMs - sinceStartMs(), beganMs + fault.lastsAtLeastMs - sinceStartMs(), 0));
      let touched = await running.touched();
      while (touched === 0 && sinceStartMs() < lastEndMs + HIDDEN_MS) {
        await delay(LOOK_MS);
        touched = await running.touched();
      }
      return { fault, beganMs, endedMs: sinceStartMs(), touched };
    } finally {
      await running.end();
      ended(fault);
    }
  };

  const results = await Promise.allSettled(plan.map(carryOut));
  return results.map((result) => {
    if (result.status === "rejected") {
      throw result.reason;
    }
    return result.value;
  });
}
