import { watch } from "node:fs";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Fault, RunningFault, Stage } from "../contracts.mts";
import { FAULT_DURATIONS } from "../stage/fault-durations.mts";

const { exchange, refresh } = FAULT_DURATIONS;

/** The disk's first sign of a publication. Redis and disk are written at the same time, memcached after them. */
const TEMPORARY = /^last-known-good\.(\d+)\.\d+\.tmp$/;
/** On its way to Redis a publication (270 KB) takes some tenths of a second then, less than its deadline. */
const BYTES_PER_SECOND = 600_000;
/** The kill comes at a drawn moment of that time. */
const LATEST_MS = 150;
/** A worker that was faster is started again and met at its next publication. */
const MAX_ATTEMPTS = 5;

/** Ends the worker when a publication has begun and Redis does not have it yet. */
export const KILL_WHILE_PUBLISHING: Fault = {
  name: "kill worker while it publishes",
  occupies: ["process:worker", "link:worker-redis", "process:redis", "disk:data"],
  lastsAtLeastMs: 1_500,
  leaves: {
    ms: refresh.lockMs + 2 * refresh.stalledCheckMs + 2 * exchange.limitWindowMs,
    what: "the lock of the dead run, two looks for such locks, and a first collection within the budget",
  },
  begin: async (stage) => killWhilePublishing(stage),
};

function killWhilePublishing(stage: Stage): RunningFault {
  const { processes, links, disk, random } = stage;
  const stopping = new AbortController();
  let hits = 0;

  const attempt = async (): Promise<void> => {
    const sequence = await nextPublication(disk.dataDir, stopping.signal);
    await delay(random.uniform() * LATEST_MS);
    const killed = processes.worker.kill();
    // What the worker has handed to the system is lost with it, as when the machine dies.
    links["worker-redis"].resetAll();
    await killed;
    if ((await redisSequence(stage.redisUrl)) < sequence) {
      hits += 1;
    } else {
      await processes.worker.restart();
    }
  };
  const attempts = async (): Promise<void> => {
    links["worker-redis"].shape({ bytesPerSecond: BYTES_PER_SECOND });
    for (let number = 0; number < MAX_ATTEMPTS && hits === 0; number++) {
      await attempt();
    }
  };
  const trying = attempts().catch((error: unknown) => {
    if (!stopping.signal.aborted) {
      throw error;
    }
  });
  // Reported at the end, which comes later.
  trying.catch(() => undefined);

  return {
    touched: () => hits,
    end: async () => {
      stopping.abort();
      await trying;
      links["worker-redis"].shape({});
      if (!processes.worker.isRunning()) {
        await processes.worker.restart();
      }
    },
  };
}

/** Resolves with the sequence of the next publication when the disk begins to write it. */
function nextPublication(folder: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const watcher = watch(folder, { signal }, (_event, name) => {
      const found = TEMPORARY.exec(name ?? "");
      if (found !== null) {
        watcher.close();
        resolve(Number(found[1]));
      }
    });
    watcher.on("error", reject);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** What Redis has now, asked past the proxies; 0 if nothing. */
async function redisSequence(url: string): Promise<number> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    return await new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.on("data", (answer) => resolve(Number(/\r\n(\d+)\r\n/.exec(answer.toString())?.[1] ?? 0)));
      socket.write("GET pulseboard:sequence\r\n");
    });
  } finally {
    socket.destroy();
  }
}
