import type { CommandConnection } from "@pulseboard/redis";
import { PulseboardError } from "@pulseboard/runtime";
import type { Check } from "../operator/checks.ts";
import { failed, ok, unknown, warning } from "./verdicts.ts";
import { count, size } from "./words.ts";

const ANSWER_MS = 4_000;
/** Of a database with more keys, the rest is not counted. */
const MAX_KEYS = 100_000;
const SCANNED_AT_ONCE = 1_000;
const NEARLY_FULL = 0.9;
/** Names of all documents, of the queue, and of the worker's own. */
const OUR_NAME = /^(?:(?:mobile|pulseboard|worker):|market:(?:overview|breadth|movers)$|analysis:signals$)/;

/** Looks at Redis. Writes nothing to it. */
export async function checkRedis(redis: CommandConnection, keyPrefix: string): Promise<readonly Check[]> {
  try {
    await redis.run(ANSWER_MS, (client) => client.ping());
  } catch (error) {
    if (!(error instanceof PulseboardError)) {
      throw error;
    }
    return [judgeNoAnswer(error, redis.address)];
  }
  const info = await readInfo(redis);
  const [policy, keys] = await Promise.all([readPolicy(redis), countKeys(redis)]);
  return [
    judgeVersion(info.get("redis_version") ?? "unknown", redis.address),
    judgePolicy(policy),
    ...(info.size === 0
      ? [unknown("role, memory, persistence", "the user in REDIS_URL may not ask for INFO")]
      : [judgeRole(info), judgeMemory(info), judgePersistence(info)]),
    judgeKeys(keys, keyPrefix),
  ];
}

/** Of a program that answers in another language, the client only says what it could not read, or that it was cut off. */
const NOT_AS_REDIS = /RESP type|max retries per request|EPIPE/;

/** What is wrong with a Redis that does not answer PING. */
export function judgeNoAnswer({ message, hint }: PulseboardError, address: string): Check {
  return NOT_AS_REDIS.test(message)
    ? failed("answers", {
        seen: `what listens at ${address} closes the connection, or does not answer as Redis does`,
        cure: "Check REDIS_URL: another program may have this port; if it is Redis, see its log.",
      })
    : failed("answers", { seen: message, cure: hint ?? "Start Redis; check REDIS_URL." });
}

/** BullMQ's. Its own look at the version is switched off, because it does not bear an outage. */
const OLDEST_MAJOR = 5;

/** Whether the queue can run on this version. */
export function judgeVersion(version: string, address: string): Check {
  const seen = `version ${version} at ${address}`;
  // Of a version that is not told, nothing is known.
  return Number.parseInt(version, 10) < OLDEST_MAJOR
    ? failed("answers", { seen, expected: `${OLDEST_MAJOR}.0 or newer`, cure: "Install a newer Redis." })
    : ok("answers", seen);
}

/** Empty where the user in REDIS_URL may not ask. */
async function readInfo(redis: CommandConnection): Promise<ReadonlyMap<string, string>> {
  try {
    return parseInfo(await redis.run(ANSWER_MS, (client) => client.info(), { mayBeRefused: true }));
  } catch (error) {
    if (error instanceof PulseboardError) {
      return new Map();
    }
    throw error;
  }
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const [, name, value] = /^(\w+):(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function judgeRole(info: ReadonlyMap<string, string>): Check {
  const role = info.get("role") ?? "unknown";
  return role === "slave"
    ? failed("role", { seen: "a read-only replica", expected: "the primary", cure: "Point REDIS_URL to the primary." })
    : ok("role", role);
}

async function readPolicy(redis: CommandConnection): Promise<string> {
  try {
    const read = redis.run(ANSWER_MS, (client) => client.config("GET", "maxmemory-policy"), { mayBeRefused: true });
    const answer: unknown = await read;
    return Array.isArray(answer) ? String(answer[1]) : "unknown";
  } catch {
    // Managed services deny CONFIG.
    return "unknown";
  }
}

function judgePolicy(policy: string): Check {
  const name = "eviction policy";
  if (policy === "noeviction") {
    return ok(name, policy);
  }
  const cure = "Run redis-cli config set maxmemory-policy noeviction, and set it in redis.conf.";
  return policy === "unknown"
    ? warning(name, { seen: "Redis does not tell it", expected: "noeviction", cure })
    : failed(name, { seen: policy, expected: "noeviction", cure });
}

function judgeMemory(info: ReadonlyMap<string, string>): Check {
  const [used, most] = [Number(info.get("used_memory")), Number(info.get("maxmemory"))];
  if (!(most > 0)) {
    return ok("memory", `${size(used)} used, without a limit`);
  }
  const seen = `${size(used)} used of ${size(most)}`;
  return used < NEARLY_FULL * most
    ? ok("memory", seen)
    : failed("memory", { seen, cure: "Raise maxmemory, or find what else fills it." });
}

function judgePersistence(info: ReadonlyMap<string, string>): Check {
  const writes = [
    ["the last snapshot to its disk", info.get("rdb_last_bgsave_status")],
    ["the last append to its file", info.get("aof_last_write_status")],
  ];
  const broken = writes.filter(([, status]) => status === "err").map(([what]) => what);
  const seen = info.get("aof_enabled") === "1" ? "append-only file" : "snapshots, or none: it is not needed";
  return broken.length === 0
    ? ok("persistence", seen)
    : failed("persistence", {
        seen: `${broken.join(" and ")} failed, so that Redis may refuse writes`,
        cure: "Free the disk of Redis, or switch its persistence off: Pulseboard does not need it.",
      });
}

interface Keys {
  readonly ours: number;
  readonly others: number;
  /** False where there are too many to look at. */
  readonly isWhole: boolean;
}

async function countKeys(redis: CommandConnection): Promise<Keys | null> {
  try {
    const keys = new Set<string>();
    let cursor = "0";
    do {
      const from = cursor;
      const [next, found] = await redis.run(ANSWER_MS, (client) => client.scan(from, "COUNT", SCANNED_AT_ONCE));
      cursor = next;
      for (const key of found) {
        keys.add(key);
      }
    } while (cursor !== "0" && keys.size < MAX_KEYS);
    const ours = [...keys].filter((key) => OUR_NAME.test(redis.nameOf(key) ?? "")).length;
    return { ours, others: keys.size - ours, isWhole: cursor === "0" };
  } catch (error) {
    if (error instanceof PulseboardError) {
      return null;
    }
    throw error;
  }
}

function judgeKeys(keys: Keys | null, keyPrefix: string): Check {
  if (keys === null) {
    return unknown("keys", "Redis does not list them");
  }
  const { ours, others, isWhole } = keys;
  const own = `${isWhole ? "" : "at least "}${count(ours, "key")} of ours${keyPrefix === "" ? "" : ` under ${keyPrefix}`}`;
  const seen = `${own}, ${others} of others in the same database`;
  return others > 0 && keyPrefix === ""
    ? warning("keys", { seen, cure: "Give Pulseboard a database of its own (redis://.../1), or set KEY_PREFIX." })
    : ok("keys", seen);
}
