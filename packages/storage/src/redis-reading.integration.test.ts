import type { RedisConnection } from "@pulseboard/redis";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import type { Publication } from "./document-store.ts";
import { createRedisStore } from "./redis-store.ts";
import { publicationOf } from "./testing/document-store-conformance.ts";
import { FAST_STORAGE, openRedis } from "./testing/tools.ts";

let server: TestRedis;
beforeEach(async () => {
  server = await startRedis();
});
afterEach(() => server.stop());

function connect(): RedisConnection {
  const redis = openRedis(server.url);
  onTestFinished(() => redis.close());
  return redis;
}

const storeOver = (redis: RedisConnection) =>
  createRedisStore({ redis, ...createRecordedLog(), durations: FAST_STORAGE });
const many = (sequence: number): Publication =>
  publicationOf(
    sequence,
    Array.from({ length: 40 }, (_, index) => `mobile:analysis:${index}USDT`),
  );

/** A reader to which `happens` happens before each of its steps: the list, 16, 16 and 8 documents, the list again. */
function readerTo(happens: (step: number) => Promise<unknown>) {
  const redis = connect();
  let steps = 0;
  const store = storeOver({
    ...redis,
    run: async (deadlineMs, command, options) => {
      await happens(steps++);
      return redis.run(deadlineMs, command, options);
    },
  });
  return { store, steps: () => steps };
}

test("a publication is read a few documents at a time", async () => {
  await storeOver(connect()).publish(many(1));
  const { store, steps } = readerTo(async () => undefined);
  expect(await store.read()).toEqual(many(1));
  expect(steps()).toBe(5);
});

test.each([1, 2, 3, 4])("one that comes before step %i is read instead, whole", async (step) => {
  const writer = storeOver(connect());
  await writer.publish(many(1));
  const { store } = readerTo(async (now) => (now === step ? writer.publish(many(2)) : undefined));
  expect(await store.read()).toEqual(many(2));
});

test("one that is removed while it is read is none", async () => {
  await storeOver(connect()).publish(many(1));
  const { store } = readerTo(async (now) => (now === 2 ? server.say("FLUSHALL") : undefined));
  expect(await store.read()).toBeNull();
});

test("where each reading meets another publication, the last attempt is one step", async () => {
  const writer = storeOver(connect());
  await writer.publish(many(1));
  let sequence = 1;
  const { store, steps } = readerTo(() => writer.publish(many(++sequence)));
  expect(await store.read()).toEqual(many(sequence));
  expect(steps()).toBe(3 * 5 + 1);
});
