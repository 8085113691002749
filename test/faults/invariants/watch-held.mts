import { setTimeout as delay } from "node:timers/promises";
import type { HeldResources, Stage } from "../contracts.mts";
import { type HeldBeforeAndAfter, judgeHeld, least } from "./held.mts";
import { MOBILE_PATH, type Observations } from "./observations.mts";

const PROCESSES = ["worker", "server"] as const;
const SAMPLES = 3;
/** A refresh that is under way holds more for a moment: it is looked again until nothing is too much, or so often. */
const MOST_LOOKS = 5;
const SAMPLE_EVERY_MS = 150;
const LOOK_EVERY_MS = 100;
/** From its first complete work on, a process has all its connections and has loaded all its code. */
const SETTLES_MS = 500;

export interface HeldWatch {
  /** From now on, looks at each process that is started again, once it has done its work for the first time. */
  follow(seen: Observations): void;
  /** Ends the watch; what each process holds now, beside what it held at first. */
  compare(): Promise<readonly HeldBeforeAndAfter[]>;
}

/** Looks at what both processes hold now. Neither is looked at while it is at work for the first time. */
export async function watchHeld(stage: Stage): Promise<HeldWatch> {
  const before = new Map<number, HeldResources>();
  let watching: Promise<void> = Promise.resolve();
  let isOver = false;

  const sample = async (process: "worker" | "server"): Promise<HeldResources> => {
    const samples: HeldResources[] = [];
    while (samples.length < SAMPLES) {
      samples.push(await stage.held(process));
      await delay(SAMPLE_EVERY_MS);
    }
    return least(samples);
  };
  await Promise.all(
    PROCESSES.map(async (process) => void before.set(stage.processes[process].pid(), await sample(process))),
  );

  const settled = async (process: "worker" | "server", first: HeldResources): Promise<HeldBeforeAndAfter> => {
    for (let look = 1, after = await sample(process); ; look += 1, after = least([after, await sample(process)])) {
      const compared = { process, before: first, after };
      if (look === MOST_LOOKS || judgeHeld([compared]).length === 0) {
        return compared;
      }
    }
  };

  const lookAtNewOnes = async (seen: Observations): Promise<void> => {
    for (const process of PROCESSES) {
      const staged = stage.processes[process];
      const pid = staged.pid();
      const isThere = staged.isRunning() && !staged.isPaused();
      if (isThere && !before.has(pid) && hasSettled(seen, process, pid)) {
        // Stopped or killed meanwhile: then it has no first moments to compare with.
        const held = await sample(process).catch(() => null);
        if (held !== null) {
          before.set(pid, held);
        }
      }
    }
  };

  return {
    follow: (seen) => {
      watching = (async () => {
        while (!isOver) {
          await lookAtNewOnes(seen);
          await delay(LOOK_EVERY_MS);
        }
      })();
    },
    compare: async () => {
      isOver = true;
      await watching;
      const compared: HeldBeforeAndAfter[] = [];
      for (const process of PROCESSES) {
        const first = before.get(stage.processes[process].pid());
        if (first !== undefined && stage.processes[process].isRunning()) {
          compared.push(await settled(process, first));
        }
      }
      return compared;
    },
  };
}

/** A worker has refreshed, a server has answered with a snapshot. */
function hasSettled({ lines, answers, processes }: Observations, process: "worker" | "server", pid: number): boolean {
  const settledMs = performance.now() - SETTLES_MS;
  if (process === "worker") {
    return lines.some((line) => line.pid === pid && line.msg === "Refreshed" && line.atMs < settledMs);
  }
  const startedMs = processes.find((each) => each.pid === pid)?.atMs ?? Number.POSITIVE_INFINITY;
  return answers.some(
    ({ path, sequence, sentMs, endMs }) =>
      path === MOBILE_PATH && sequence !== null && sentMs > startedMs && endMs < settledMs,
  );
}
