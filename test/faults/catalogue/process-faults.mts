import type { Fault, ProcessName } from "../contracts.mts";
import { FAULT_DURATIONS } from "../stage/fault-durations.mts";
import { KILL_WHILE_PUBLISHING } from "./kill-while-publishing.mts";

const { exchange, redis, refresh, server, storage } = FAULT_DURATIONS;

/** What of the program's waiting may still run when a process is back, ms. */
const LEAVES: Readonly<Record<ProcessName, { readonly ms: number; readonly what: string }>> = {
  worker: {
    ms: refresh.lockMs + 2 * refresh.stalledCheckMs + 2 * exchange.limitWindowMs,
    what: "the lock of the dead run, two looks for such locks, and a first collection within the budget",
  },
  server: { ms: server.pollMs + storage.redisLargeMs, what: "the first read of the stores" },
  redis: {
    ms: redis.blockingSocketTimeoutMs + redis.maxRetryMs,
    what: "a worker's wait for the next job on a connection that is dead",
  },
  memcached: { ms: storage.memcachedCallMs + storage.memcachedReconnectMs, what: "one call and a new connection" },
  simulator: {
    ms: exchange.callDeadlineMs + exchange.outagePauseMs,
    what: "one call with its retries, and the pause of an exchange that is away",
  },
};

/** The server misses a store at its next look; a busy machine takes a second more. */
const STORE_NAMED_MS = server.pollMs + storage.redisSmallMs + 1_000;
/** A store that is gone is missed by the server, the worker or both. */
const NAMES: Partial<Readonly<Record<ProcessName, NonNullable<Fault["names"]>>>> = {
  redis: { reasons: ["store_away:redis", "store_unwritable:redis"], afterMs: STORE_NAMED_MS },
  memcached: { reasons: ["store_away:memcached", "store_unwritable:memcached"], afterMs: STORE_NAMED_MS },
};

/** What both ways of a process to be away have in common; where something must be said of it, it lasts until that. */
function away(name: ProcessName, leastMs: number): Pick<Fault, "occupies" | "lastsAtLeastMs" | "leaves" | "names"> {
  const names = NAMES[name];
  const lastsAtLeastMs = names === undefined ? leastMs : names.afterMs + server.pollMs;
  return { occupies: [`process:${name}`], lastsAtLeastMs, leaves: LEAVES[name], ...(names !== undefined && { names }) };
}

function kill(name: ProcessName): Fault {
  return {
    name: `kill ${name}`,
    ...away(name, 500),
    begin: async ({ processes }) => {
      await processes[name].kill();
      return { touched: () => 1, end: () => processes[name].restart() };
    },
  };
}

function stop(name: ProcessName): Fault {
  return {
    name: `stop ${name}`,
    ...away(name, 1_000),
    begin: async ({ processes }) => {
      processes[name].pause();
      return { touched: () => (processes[name].isPaused() ? 1 : 0), end: async () => processes[name].resume() };
    },
  };
}

const PROCESSES: readonly ProcessName[] = ["worker", "server", "redis", "memcached", "simulator"];

export const PROCESS_FAULTS: readonly Fault[] = [
  ...PROCESSES.flatMap((name) => [kill(name), stop(name)]),
  KILL_WHILE_PUBLISHING,
];
