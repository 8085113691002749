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

function kill(name: ProcessName): Fault {
  return {
    name: `kill ${name}`,
    occupies: [`process:${name}`],
    lastsAtLeastMs: 500,
    leaves: LEAVES[name],
    begin: async ({ processes }) => {
      await processes[name].kill();
      return { touched: () => 1, end: () => processes[name].restart() };
    },
  };
}

function stop(name: ProcessName): Fault {
  return {
    name: `stop ${name}`,
    occupies: [`process:${name}`],
    lastsAtLeastMs: 1_000,
    leaves: LEAVES[name],
    begin: async ({ processes }) => {
      processes[name].pause();
      return { touched: () => (processes[name].isPaused() ? 1 : 0), end: async () => processes[name].resume() };
    },
  };
}

const NAMES: readonly ProcessName[] = ["worker", "server", "redis", "memcached", "simulator"];

export const PROCESS_FAULTS: readonly Fault[] = [
  ...NAMES.flatMap((name) => [kill(name), stop(name)]),
  KILL_WHILE_PUBLISHING,
];
