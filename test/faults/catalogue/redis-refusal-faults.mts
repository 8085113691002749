import { startRedis } from "@pulseboard/testing/servers";
import type { Fault, RunningFault } from "../contracts.mts";
import { FAULT_DURATIONS } from "../stage/fault-durations.mts";
import type { RedisConsole } from "./redis-console.mts";
import { LEAVES_A_LOCK, MET_WITHIN_MS, NAMES_UNWRITABLE, redisFault, UNTIL_NAMED_MS } from "./redis-fault.mts";

/** BullMQ waits so long after a refused command that waits for jobs; nothing takes it from the program meanwhile. */
const BULLMQ_WAIT_MS = 5_000;

const RIGHTS_RETURN: Fault["leaves"] = {
  ms: Math.max(BULLMQ_WAIT_MS, FAULT_DURATIONS.redis.maxRetryMs) + LEAVES_A_LOCK.ms,
  what: "BullMQ's wait after its command was denied, then the lock of a run that could not be ended",
};

/** Begins with `on`, ends with `off`, and is met when Redis refuses with one of these words. */
async function refusing(
  redis: RedisConsole,
  words: readonly string[],
  on: () => Promise<unknown>,
  off: () => Promise<unknown>,
): Promise<RunningFault> {
  const before = await redis.refusals(...words);
  await on();
  return { touched: async () => (await redis.refusals(...words)) - before, end: async () => void (await off()) };
}

/** Takes rights from the user that the program has, and gives all back in the end. */
function rightsTaken(what: string, rule: string): Fault {
  return redisFault({
    name: `redis: ${what} is denied`,
    lastsAtLeastMs: MET_WITHIN_MS,
    leaves: RIGHTS_RETURN,
    begin: (redis) =>
      refusing(
        redis,
        ["NOPERM"],
        () => redis.call("ACL", "SETUSER", "default", rule),
        () => redis.call("ACL", "SETUSER", "default", "+@all", "allkeys", "allchannels"),
      ),
  });
}

/** An address at which no Redis answers: a primary that is lost. */
const NO_PRIMARY = ["127.0.0.1", "1"] as const;

/** Redis answers, and says no. */
export const REDIS_REFUSAL_FAULTS: readonly Fault[] = [
  redisFault({
    name: "redis: out of memory",
    lastsAtLeastMs: UNTIL_NAMED_MS,
    leaves: LEAVES_A_LOCK,
    names: NAMES_UNWRITABLE,
    begin: (redis) =>
      refusing(
        redis,
        ["OOM"],
        () => redis.call("CONFIG", "SET", "maxmemory", "1"),
        () => redis.call("CONFIG", "SET", "maxmemory", "0"),
      ),
  }),
  redisFault({
    name: "redis: read-only, its primary is lost",
    lastsAtLeastMs: MET_WITHIN_MS,
    leaves: LEAVES_A_LOCK,
    names: NAMES_UNWRITABLE,
    begin: (redis) =>
      refusing(
        redis,
        ["READONLY", "UNBLOCKED"],
        () => redis.call("REPLICAOF", ...NO_PRIMARY),
        () => redis.call("REPLICAOF", "NO", "ONE"),
      ),
  }),
  redisFault({
    name: "redis: read-only, a copy of an empty primary",
    lastsAtLeastMs: MET_WITHIN_MS,
    leaves: LEAVES_A_LOCK,
    names: NAMES_UNWRITABLE,
    begin: async (redis) => {
      const primary = await startRedis({ args: ["--repl-diskless-sync-delay", "0"] });
      const running = await refusing(
        redis,
        ["READONLY", "UNBLOCKED", "LOADING"],
        () => redis.call("REPLICAOF", "127.0.0.1", primary.port),
        () => redis.call("REPLICAOF", "NO", "ONE"),
      );
      return {
        touched: running.touched,
        end: async () => {
          await running.end();
          await primary.stop();
        },
      };
    },
  }),
  rightsTaken("writing", "-@write"),
  rightsTaken("waiting for jobs", "-@blocking"),
  rightsTaken("taking jobs", "-bzpopmin"),
  rightsTaken("running scripts", "-@scripting"),
  rightsTaken("announcing and listening", "-@pubsub"),
  redisFault({
    name: "redis: our keys are denied",
    lastsAtLeastMs: MET_WITHIN_MS,
    leaves: RIGHTS_RETURN,
    begin: (redis) =>
      refusing(
        redis,
        ["NOPERM"],
        () => redis.call("ACL", "SETUSER", "default", "resetkeys", "~others:*"),
        () => redis.call("ACL", "SETUSER", "default", "allkeys"),
      ),
  }),
  redisFault({
    name: "redis: a password is demanded",
    lastsAtLeastMs: MET_WITHIN_MS,
    leaves: RIGHTS_RETURN,
    begin: (redis) =>
      refusing(
        redis,
        ["NOAUTH"],
        async () => {
          await redis.call("ACL", "SETUSER", "default", "resetpass", ">a-secret");
          // Who is in already stays in, so they are sent away.
          await redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
          await redis.call("CLIENT", "KILL", "TYPE", "pubsub", "SKIPME", "yes");
        },
        () => redis.call("ACL", "SETUSER", "default", "nopass"),
      ),
  }),
];
