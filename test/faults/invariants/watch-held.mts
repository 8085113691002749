import { setTimeout as delay } from "node:timers/promises";
import type { HeldResources, Stage } from "../contracts.mts";
import { type Connections, type HeldBeforeAndAfter, type HeldComparison, judgeHeld, least } from "./held.mts";
import { MOBILE_PATH, type Observations } from "./observations.mts";

const PROCESSES = ["worker", "server"] as const;
const SAMPLES = 3;
/** A server whose connections are too many is looked at so often. */
const MOST_LOOKS = 5;
/** A server that nobody asks has 6 or 7: two of Redis, one of memcached, its listeners and two of its own. */
const CALM_SOCKETS = 12;
const SAMPLE_EVERY_MS = 150;
const LOOK_EVERY_MS = 100;
/** From its first complete work on, a process has all its connections and has loaded all its code. */
const SETTLES_MS = 500;

export interface HeldWatch {
  /** From now on, looks at each process that is started again, once it has done its work for the first time. */
  follow(seen: Observations): void;
  /** Ends the watch; what is held now, beside what was held at first. */
  compare(): Promise<HeldComparison>;
}

interface Held {
  readonly held: HeldResources;
  readonly connections: Connections;
}

/** Looks at what both processes hold now. Neither is looked at while it is at work for the first time. */
export async function watchHeld(stage: Stage): Promise<HeldWatch> {
  const before = new Map<number, HeldResources>();
  let watching: Promise<void> = Promise.resolve();
  let isOver = false;

  const sample = async (process: "worker" | "server"): Promise<Held> => {
    const held: HeldResources[] = [];
    const connections: Connections[] = [];
    while (held.length < SAMPLES) {
      held.push(await stage.held(process));
      connections.push(connectionsOf(stage));
      await delay(SAMPLE_EVERY_MS);
    }
    return { held: least(held), connections: least(connections) };
  };
  const sampleServer = async (): Promise<Held> => {
    let found = await sample("server");
    // The harness has asked it until it was in order, and on a busy machine each request may have had a connection of its own.
    for (let looks = 1; looks < MOST_LOOKS && found.held.sockets > CALM_SOCKETS; looks += 1) {
      found = await sample("server");
    }
    return found;
  };
  const [worker, server] = await Promise.all([sample("worker"), sampleServer()]);
  before.set(stage.processes.worker.pid(), worker.held);
  before.set(stage.processes.server.pid(), server.held);
  const connectionsBefore = least([worker.connections, server.connections]);

  const lookAtNewOnes = async (seen: Observations): Promise<void> => {
    for (const process of PROCESSES) {
      const staged = stage.processes[process];
      const pid = staged.pid();
      const isThere = staged.isRunning() && !staged.isPaused();
      if (isThere && !before.has(pid) && hasSettled(seen, process, pid)) {
        // Stopped or killed meanwhile: then it has no first moments to compare with.
        const found = await sample(process).catch(() => null);
        if (found !== null) {
          before.set(pid, found.held);
        }
      }
    }
  };

  const compareNow = async (): Promise<HeldComparison> => {
    const processes: HeldBeforeAndAfter[] = [];
    const connections = [connectionsOf(stage)];
    for (const process of PROCESSES) {
      const { pid, isRunning } = stage.processes[process];
      const first = before.get(pid());
      if (first !== undefined && isRunning()) {
        const found = await sample(process);
        processes.push({ process, before: first, after: found.held });
        connections.push(found.connections);
      }
    }
    return { processes, links: { before: connectionsBefore, after: least(connections) } };
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
      let compared = await compareNow();
      // A refresh that is under way holds more, for as long as a period.
      const untilMs = performance.now() + 2 * stage.periodMs;
      while (judgeHeld(compared).length > 0 && performance.now() < untilMs) {
        compared = await compareNow();
      }
      return compared;
    },
  };
}

function connectionsOf({ links }: Stage): Connections {
  return {
    "worker-redis": links["worker-redis"].connections(),
    "server-redis": links["server-redis"].connections(),
    "worker-memcached": links["worker-memcached"].connections(),
    "server-memcached": links["server-memcached"].connections(),
    "worker-exchange": links["worker-exchange"].connections(),
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
