import { setTimeout as delay } from "node:timers/promises";
import type { Fault, RunningFault, Stage } from "../contracts.mts";
import { FAULT_DURATIONS, PERIOD_MS } from "../stage/fault-durations.mts";
import { type MemcachedConsole, openMemcachedConsole } from "./memcached-console.mts";

const { storage } = FAULT_DURATIONS;

const LEAVES: Fault["leaves"] = {
  ms: storage.memcachedCallMs + storage.memcachedReconnectMs,
  what: "one call to memcached, and a new connection",
};
/** The worker writes at least once in this time. */
const MET_WITHIN_MS = PERIOD_MS + 500;
const LIST_KEY = "pulseboard:documents";
const SNAPSHOT_KEY = "mobile:snapshot";
/** Far ahead, and yet a number that counts. */
const FAR_AHEAD = 1_000_000;
/** How often another program writes what the worker has overwritten. */
const AGAIN_MS = 150;
/** The least that memcached takes for its limit, its usual one, and more than fits into the least. */
const LEAST_MEGABYTES = 8;
const USUAL_MEGABYTES = 64;
const JUNK_ITEMS = 3_000;
const JUNK_LIFETIME_S = 5;
/** Often enough to see that ours is gone before the worker has written it again. */
const LOOK_EVERY_ITEMS = 20;
/** Bytes that memcached keeps beside a text, about. */
const ITEM_HEAD = 80;
const LEAST_JUNK = 1_000;

interface MemcachedFault extends Pick<Fault, "name" | "lastsAtLeastMs"> {
  begin(memcached: MemcachedConsole, stage: Stage): Promise<RunningFault>;
}

function memcachedFault({ begin, ...fault }: MemcachedFault): Fault {
  return {
    ...fault,
    leaves: LEAVES,
    occupies: ["memcached", "process:memcached"],
    begin: async (stage) => {
      const memcached = await openMemcachedConsole(stage);
      try {
        const { touched, end } = await begin(memcached, stage);
        return { touched, end: () => end().finally(() => memcached.close()) };
      } catch (error) {
        await memcached.close();
        throw error;
      }
    },
  };
}

type Change = (document: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** The documents that are there now, each changed, as a set of its own. Null while there is no whole set. */
async function changedSet(
  memcached: MemcachedConsole,
  sequenceOf: (sequence: number) => number,
  change: Change,
): Promise<ReadonlyMap<string, string> | null> {
  const list: unknown = JSON.parse((await memcached.get(LIST_KEY)) ?? "null");
  const { sequence, keys } = Object(list);
  if (typeof sequence !== "number" || !Array.isArray(keys)) {
    return null;
  }
  const next = sequenceOf(sequence);
  const set = new Map<string, string>();
  for (const key of keys.map(String)) {
    const text = await memcached.get(key);
    if (text === null) {
      return null;
    }
    set.set(key, JSON.stringify(change({ ...JSON.parse(text), sequence: next })));
  }
  return set.set(LIST_KEY, JSON.stringify({ sequence: next, keys }));
}

/** Another program writes under our names, and again whenever the worker has put its own there. */
function foreign(
  what: string,
  build: (memcached: MemcachedConsole) => Promise<ReadonlyMap<string, string> | null>,
): Fault {
  return memcachedFault({
    name: `memcached: ${what}`,
    lastsAtLeastMs: MET_WITHIN_MS,
    begin: async (memcached) => {
      let overwritten = 0;
      let texts = await build(memcached);
      const write = async (): Promise<void> => {
        texts ??= await build(memcached);
        for (const [key, text] of texts ?? []) {
          await memcached.set(key, text);
        }
      };
      await write();
      const ending = new AbortController();
      const writeAgain = async (): Promise<void> => {
        while (await delay(AGAIN_MS, true, { signal: ending.signal }).catch(() => false)) {
          const [key = "", text = ""] = [...(texts ?? [])].at(-1) ?? [];
          // Ours was there: the program has met this, and goes on meeting it.
          if ((await memcached.get(key)) !== text) {
            overwritten += texts === null ? 0 : 1;
            await write();
          }
        }
      };
      const writing = writeAgain();
      writing.catch(() => undefined);
      return {
        touched: () => overwritten,
        end: () => {
          ending.abort();
          return writing;
        },
      };
    },
  });
}

export const MEMCACHED_FAULTS: readonly Fault[] = [
  memcachedFault({
    name: "memcached: flushed",
    lastsAtLeastMs: 0,
    begin: async (memcached) => {
      const items = await memcached.stat("curr_items");
      await memcached.say("flush_all");
      return { touched: () => items, end: async () => undefined };
    },
  }),
  foreign(
    "garbage",
    async () =>
      new Map([
        [LIST_KEY, "\u0000\u0001not a list"],
        [SNAPSHOT_KEY, '{"sequence":'],
      ]),
  ),
  foreign(
    "another program's JSON",
    async () =>
      new Map([
        [SNAPSHOT_KEY, "[]"],
        [LIST_KEY, '{"sequence":7,"keys":[null,7,"a b"]}'],
      ]),
  ),
  foreign("another schema version", (memcached) =>
    changedSet(
      memcached,
      (sequence) => sequence + FAR_AHEAD,
      (document) => ({ ...document, schema_version: 99 }),
    ),
  ),
  foreign("another market", (memcached) =>
    changedSet(
      memcached,
      (sequence) => sequence + FAR_AHEAD,
      (document) => ({ ...document, origin: "binance" }),
    ),
  ),
  foreign("the highest of all sequences", (memcached) =>
    changedSet(
      memcached,
      () => Number.MAX_SAFE_INTEGER,
      (document) => ({ ...document }),
    ),
  ),
  // memcached makes room by dropping what others wrote, ours included. Only when it is started with -M it says that it is full.
  memcachedFault({
    name: "memcached: filled by another program",
    lastsAtLeastMs: MET_WITHIN_MS,
    begin: async (memcached) => {
      let ours = 0;
      let size = 0;
      const fill = async (): Promise<void> => {
        for (let item = 0; item < JUNK_ITEMS; item++) {
          if (item % LOOK_EVERY_ITEMS === 0) {
            const found = await memcached.sizeOf(SNAPSHOT_KEY);
            ours += size > 0 && found === null ? 1 : 0;
            size = found ?? size;
          }
          // Each size has memory of its own, and drops its own: junk as large as the snapshot, of which few have room, drives that out.
          const key = `junk:${item}`;
          await memcached.set(key, "x".repeat(Math.max(LEAST_JUNK, size - ITEM_HEAD)), JUNK_LIFETIME_S);
          // Ours was read, and what nobody reads drives out nothing that was.
          await memcached.say(`get ${key} ${key}`);
        }
      };
      await memcached.say(`cache_memlimit ${LEAST_MEGABYTES}`);
      await fill();
      return {
        touched: async () => {
          if (ours === 0) {
            await fill();
          }
          return ours;
        },
        end: async () => void (await memcached.say(`cache_memlimit ${USUAL_MEGABYTES}`)),
      };
    },
  }),
];
