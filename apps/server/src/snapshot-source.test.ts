import { systemClock } from "@pulseboard/runtime";
import { SNAPSHOT_KEY, SYMBOLS_KEY } from "@pulseboard/snapshot";
import { createMemoryAnnouncements, type DocumentStore, type Publication } from "@pulseboard/storage";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Sources } from "./server-context.ts";
import { openSnapshotSource } from "./snapshot-source.ts";
import { createFaultyStore } from "./testing/faulty-store.ts";
import { createLogLines } from "./testing/log-lines.ts";
import { GENERATED_AT_MS, samplePublication, withDocument } from "./testing/sample-documents.ts";

const POLL_MS = 5000;

async function openSource(stores: readonly DocumentStore[], startTakesMs = 0, openOthers?: () => Sources) {
  const clock = createFakeClock(GENERATED_AT_MS);
  const announcements = createMemoryAnnouncements();
  const { log, outages, lines } = createLogLines();
  const taken: number[] = [];
  const opening = openSnapshotSource({
    stores,
    announcements,
    openOthers,
    origin: "bybit",
    clock,
    log,
    outages,
    onSnapshot: ({ snapshot }) => void taken.push(snapshot.sequence),
  });
  await clock.advance(startTakesMs);
  const source = await opening;
  onTestFinished(() => source.close());
  return { source, clock, announcements, lines, taken };
}

const at = (sequence: number): Publication => samplePublication({ sequence });

describe("the snapshot that is served", () => {
  it("is the highest sequence in any store, at the start", async () => {
    const stores = [createFaultyStore("memory"), createFaultyStore("redis"), createFaultyStore("disk")] as const;
    await stores[1].publish(at(9));
    await stores[2].publish(at(7));
    const { taken, source, clock } = await openSource(stores);
    expect(taken.at(-1)).toBe(9);
    expect(source.storesAway()).toEqual([]);
    // Nothing waits but the next poll.
    expect(clock.sleeping()).toBe(1);
  });

  it("follows announcements at once", async () => {
    const store = createFaultyStore("memory");
    const { taken, announcements } = await openSource([store]);
    await store.publish(at(1));
    await announcements.announce(1);
    await expect.poll(() => taken).toEqual([1]);
  });

  it("follows without announcements within 5 s", async () => {
    const store = createFaultyStore("memory");
    const { taken, clock } = await openSource([store]);
    await store.publish(at(1));
    await clock.advance(POLL_MS - 1);
    expect(taken).toEqual([]);
    await clock.advance(1);
    expect(taken).toEqual([1]);
  });

  it("is the newest one also when that was announced while the one before was still being read", async () => {
    const store = createFaultyStore("redis");
    const { taken, announcements } = await openSource([store]);
    let arrive = () => {};
    store.slowRead = new Promise((resolve) => {
      arrive = resolve;
    });
    await store.publish(at(1));
    await announcements.announce(1);
    await systemClock.sleep(5);
    await store.publish(at(2));
    await announcements.announce(2);
    expect(taken).toEqual([]);
    arrive();
    await expect.poll(() => taken).toEqual([1, 2]);
  });

  it("never goes back, and an older one is mentioned once", async () => {
    const [memory, disk] = [createFaultyStore("memory"), createFaultyStore("disk")];
    await disk.publish(at(3));
    const { taken, clock, lines } = await openSource([memory, disk]);
    await memory.publish(at(9));
    await clock.advance(3 * POLL_MS);
    expect(taken).toEqual([3, 9]);
    expect(lines).toMatchObject([{ level: "warn", store: "disk", sequence: 3, problem: "older than what is served" }]);
  });

  it("is not called older in a store that a publication reaches a moment after the others", async () => {
    const [memory, disk] = [createFaultyStore("memory"), createFaultyStore("disk")];
    const { taken, clock, lines, announcements } = await openSource([memory, disk]);
    for (const sequence of [1, 2, 3]) {
      await memory.publish(at(sequence));
      await announcements.announce(sequence);
      await clock.advance(POLL_MS);
      await disk.publish(at(sequence));
      await clock.advance(POLL_MS);
    }
    expect(taken).toEqual([1, 2, 3]);
    expect(lines).toEqual([]);
  });

  it("is not looked for any more after closing", async () => {
    const store = createFaultyStore("memory");
    const { taken, clock, source, announcements } = await openSource([store]);
    source.close();
    await store.publish(at(1));
    await announcements.announce(1);
    await clock.advance(2 * POLL_MS);
    expect(taken).toEqual([]);
    expect(clock.sleeping()).toBe(0);
  });
});

describe("stores that take a while to open", () => {
  function others() {
    const store = createFaultyStore("redis");
    const announcements = createMemoryAnnouncements();
    let opened = 0;
    const open = (): Sources => {
      opened += 1;
      return { stores: [store], announcements };
    };
    return { store, announcements, open, opened: () => opened };
  }

  it("are left closed while the disk has something, until they are asked for; then they are followed too", async () => {
    const [disk, redis] = [createFaultyStore("disk"), others()];
    await disk.publish(at(3));
    await redis.store.publish(at(4));
    const { taken, source } = await openSource([disk], 0, redis.open);
    expect([taken, redis.opened()]).toEqual([[3], 0]);
    source.followOthers();
    source.followOthers();
    await expect.poll(() => taken).toEqual([3, 4]);
    expect(redis.opened()).toBe(1);
    await redis.store.publish(at(5));
    await redis.announcements.announce(5);
    await expect.poll(() => taken).toEqual([3, 4, 5]);
    redis.store.fault = "fails";
    source.followOthers();
    await expect.poll(source.storesAway).toEqual(["redis"]);
  });

  it("are opened at once where the disk has nothing, or nothing of use", async () => {
    const [disk, redis] = [createFaultyStore("disk"), others()];
    await disk.publish(withDocument(at(3), SNAPSHOT_KEY, "{"));
    await redis.store.publish(at(2));
    const { taken } = await openSource([disk], 0, redis.open);
    expect(taken).toEqual([2]);
  });

  it("are opened soon where the disk hangs", async () => {
    const [disk, redis] = [createFaultyStore("disk", "hangs"), others()];
    await redis.store.publish(at(2));
    // The start waits no longer than that for the disk.
    const { taken } = await openSource([disk], 1000, redis.open);
    expect(taken).toEqual([2]);
  });

  it("stay closed after the source was", async () => {
    const [disk, redis] = [createFaultyStore("disk"), others()];
    await disk.publish(at(3));
    const { source } = await openSource([disk], 0, redis.open);
    source.close();
    source.followOthers();
    expect(redis.opened()).toBe(0);
  });
});

describe("what is refused leaves the last good one in place and is said once", () => {
  const good = samplePublication({ sequence: 2 });
  const text = good.documents.get(SNAPSHOT_KEY) ?? "";
  const other = samplePublication({ sequence: 2, origin: "simulator", simulated: true });

  it.each<[string, Publication, RegExp]>([
    ["a truncated snapshot", withDocument(good, SNAPSHOT_KEY, text.slice(0, 500)), /^mobile:snapshot: not JSON: /],
    ["an oversized snapshot", withDocument(good, SNAPSHOT_KEY, text.padEnd(262_145)), /^mobile:snapshot: 262145 bytes/],
    [
      "a wrong figure",
      withDocument(good, SNAPSHOT_KEY, text.replace('"trend_strength":60', '"trend_strength":600')),
      /^mobile:snapshot: market_overview.trend_strength: Too big/,
    ],
    [
      "an unknown version",
      withDocument(good, SNAPSHOT_KEY, text.replace('"schema_version":1', '"schema_version":9')),
      /^mobile:snapshot: schema_version: /,
    ],
    ["no snapshot", withDocument(good, SNAPSHOT_KEY, null), /^mobile:snapshot is missing$/],
    ["no list of symbols", withDocument(good, SYMBOLS_KEY, null), /^mobile:symbols is missing$/],
    ["a broken list of symbols", withDocument(good, SYMBOLS_KEY, "{}"), /^mobile:symbols: schema_version: /],
    ["another origin", other, /^mobile:snapshot is of simulator, and this server shows bybit$/],
    [
      "symbols of another origin",
      withDocument(good, SYMBOLS_KEY, other.documents.get(SYMBOLS_KEY) ?? ""),
      /^mobile:symbols is of simulator/,
    ],
    [
      "symbols of another refresh",
      withDocument(good, SYMBOLS_KEY, at(1).documents.get(SYMBOLS_KEY) ?? ""),
      /^mobile:symbols is of another refresh/,
    ],
  ])("%s", async (_, publication, problem) => {
    const store = createFaultyStore("redis");
    await store.publish(at(1));
    const { taken, clock, lines, announcements } = await openSource([store]);
    await store.publish(publication);
    await announcements.announce(2);
    await clock.advance(3 * POLL_MS);
    expect(taken).toEqual([1]);
    expect(lines).toMatchObject([{ level: "warn", store: "redis", problem: expect.stringMatching(problem) }]);
  });

  it("and a good copy in another store is taken all the same", async () => {
    const [memory, disk] = [createFaultyStore("memory"), createFaultyStore("disk")];
    await memory.publish(withDocument(at(9), SNAPSHOT_KEY, "{"));
    await disk.publish(at(8));
    const { taken } = await openSource([memory, disk]);
    expect(taken).toEqual([8]);
  });

  it("and is said of each one", async () => {
    const store = createFaultyStore("redis");
    const { taken, clock, lines } = await openSource([store]);
    for (const publication of [
      withDocument(at(1), SNAPSHOT_KEY, "{}"),
      withDocument(at(2), SNAPSHOT_KEY, "{}"),
      at(3),
      withDocument(at(4), SNAPSHOT_KEY, "{}"),
    ]) {
      await store.publish(publication);
      await clock.advance(3 * POLL_MS);
    }
    expect(taken).toEqual([3]);
    expect(lines).toMatchObject([{ sequence: 1 }, { sequence: 2 }, { sequence: 4 }]);
  });
});

describe("a store that is away", () => {
  it("is said once, is named, and is followed again when it is back", async () => {
    const store = createFaultyStore("redis", "fails");
    const { taken, clock, lines, source } = await openSource([store]);
    await clock.advance(3 * POLL_MS);
    expect(lines).toMatchObject([{ level: "warn", outage: "redis", err: { message: "redis is unplugged" } }]);
    expect(source.storesAway()).toEqual(["redis"]);

    store.fault = "none";
    await store.publish(at(5));
    await clock.advance(POLL_MS);
    expect(taken).toEqual([5]);
    expect(source.storesAway()).toEqual([]);
    expect(lines.map(({ level, outage }) => [level, outage])).toEqual([
      ["warn", "redis"],
      ["info", "redis"],
    ]);
  });

  it("holds up neither the start nor the others when it hangs", async () => {
    const [redis, disk] = [createFaultyStore("redis", "hangs"), createFaultyStore("disk")];
    await disk.publish(at(1));
    const { taken, clock, source, lines } = await openSource([redis, disk], 1000);
    expect(taken).toEqual([1]);
    await disk.publish(at(2));
    await clock.advance(3 * POLL_MS);
    expect(taken).toEqual([1, 2]);
    expect(source.storesAway()).toEqual(["redis"]);
    expect(lines).toMatchObject([
      { level: "warn", outage: "redis", err: { message: "redis has not answered for 6000 ms" } },
    ]);
  });
});
