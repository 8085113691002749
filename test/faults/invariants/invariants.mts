import { setTimeout as delay } from "node:timers/promises";
import type { Invariant, Timeline, Violation, Watcher } from "../contracts.mts";
import { judgeAges } from "./age.mts";
import { describeHeld, judgeHeld } from "./held.mts";
import { describeLog, judgeLog, openOutages } from "./log-lines.mts";
import { judgeNewest } from "./newest.mts";
import type { Observations } from "./observations.mts";
import { type Observer, observe } from "./observe.mts";
import { describeRuns, judgeRuns } from "./one-run.mts";
import { judgeOrder } from "./order.mts";
import { describePromptness, judgePromptness } from "./prompt.mts";
import { degradedNow, judgeReadiness } from "./readiness.mts";
import { describeRecovery, judgeRecovery, measureRecovery } from "./recovery.mts";
import { judgeDocuments } from "./valid.mts";
import { type HeldWatch, watchHeld } from "./watch-held.mts";

/** How long a stage that is fresh again may still take until nothing is degraded and each outage is over in the log, ms. */
const CALM_WITHIN_MS = 4_000;
const LOOK_EVERY_MS = 150;

const JUDGES: readonly ((seen: Observations, timeline: Timeline) => readonly Violation[])[] = [
  judgePromptness,
  judgeDocuments,
  judgeNewest,
  judgeOrder,
  judgeAges,
  judgeRecovery,
  judgeRuns,
  judgeReadiness,
  judgeLog,
];

/**
 * I1, I2, I3, I5, I7, I8 and I9, all judged from one observation. The verdict waits for recovery itself: until the data are fresh, and then
 * until nothing is degraded, but no longer than that may take.
 */
export const observed: Invariant = {
  watch: async (stage, timeline) => {
    // Before the clients begin, and after they have ended: their connections are sockets too.
    const held = await watchHeld(stage);
    const observer = await observe(stage);
    held.follow(observer.seen);
    return createWatcher({ timeline, observer, held });
  },
};

interface Watching {
  readonly timeline: Timeline;
  readonly observer: Observer;
  readonly held: HeldWatch;
}

function createWatcher({ timeline, observer, held }: Watching): Watcher {
  const { seen } = observer;
  let facts: readonly string[] = [];
  return {
    verdict: async () => {
      await untilCalm(seen, timeline);
      await observer.stop();
      const compared = await held.compare();
      facts = [
        describePromptness(seen, timeline),
        describeRecovery(seen, timeline),
        describeRuns(seen),
        ...describeHeld(compared),
        describeLog(seen),
      ];
      return [...JUDGES.flatMap((judge) => judge(seen, timeline)), ...judgeHeld(compared)];
    },
    facts: () => facts,
  };
}

/** Waits until all is well, or until it is clear that it does not become so in time. */
async function untilCalm(seen: Observations, timeline: Timeline): Promise<void> {
  const isFresh = (): boolean => measureRecovery(seen, timeline).tookMs !== null;
  const isCalm = (): boolean => degradedNow(seen)?.length === 0 && openOutages(seen).length === 0;
  // Twice the bound, so that the report says how long it took.
  const isOverdue = (): boolean => {
    const { fromMs, boundMs, slowness } = measureRecovery(seen, timeline);
    return performance.now() > fromMs + 2 * boundMs * slowness + CALM_WITHIN_MS;
  };
  await until(() => isFresh() || isOverdue(), Number.POSITIVE_INFINITY);
  const { slowness } = measureRecovery(seen, timeline);
  await until(isCalm, performance.now() + CALM_WITHIN_MS * slowness);
}

async function until(holds: () => boolean, latestMs: number): Promise<void> {
  while (!holds() && performance.now() < latestMs) {
    await delay(LOOK_EVERY_MS);
  }
}
