import { SNAPSHOT_KEY, SYMBOLS_KEY } from "@pulseboard/snapshot";
import {
  type Announcements,
  createMemoryAnnouncements,
  type DocumentStore,
  type Publication,
} from "@pulseboard/storage";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { SERVER_DURATIONS } from "../durations.ts";
import { createFaultyStore } from "../testing/faulty-store.ts";
import { GENERATED_AT_MS, samplePublication, withDocument } from "../testing/sample-documents.ts";
import { openSnapshotSource } from "./snapshot-source.ts";

const { pollMs: POLL_MS, firstLookMs: FIRST_LOOK_MS } = SERVER_DURATIONS;

async function openSource(
  stores: readonly DocumentStore[],
  startTakesMs = 0,
  announcements: Announcements = createMemoryAnnouncements(),
) {
  const clock = createFakeClock(GENERATED_AT_MS);
  const { log, outages, lines } = createRecordedLog();
  const accepted: number[] = [];
  const onOlder = vi.fn();
  const opening = openSnapshotSource({
    stores,
    announcements,
    origin: "bybit",
    onSnapshot: ({ snapshot }) => void accepted.push(snapshot.sequence),
    onOlder,
    durations: SERVER_DURATIONS,
    clock,
    log,
    outages,
  });
  await clock.advance(startTakesMs);
  const source = await opening;
  onTestFinished(() => source.close());
  return { source, clock, announcements, lines, accepted, onOlder };
}

const publicationOf = (sequence: number): Publication => samplePublication({ sequence });

describe("the source of snapshots", () => {
  it("tells of an announcement that is older than what is served: its worker found every store empty", async () => {
    const store = createFaultyStore("redis");
    await store.publish(publicationOf(9));
    const { announcements, accepted, onOlder } = await openSource([store]);
    await announcements.announce(9);
    expect(onOlder).not.toHaveBeenCalled();
    await announcements.announce(1);
    expect(onOlder).toHaveBeenCalledOnce();
    expect(accepted).toEqual([9]);
  });

  it("accepts the highest sequence of all stores at the start", async () => {
    const stores = [createFaultyStore("memory"), createFaultyStore("redis"), createFaultyStore("disk")] as const;
    await stores[1].publish(publicationOf(9));
    await stores[2].publish(publicationOf(7));
    const { accepted, source, clock } = await openSource(stores);
    expect(accepted.at(-1)).toBe(9);
    expect(source.unavailableStores()).toEqual([]);
    // Only the next poll is waited for.
    expect(clock.sleeping()).toBe(1);
  });

  it("follows announcements at once", async () => {
    const store = createFaultyStore("memory");
    const { accepted, announcements, clock } = await openSource([store]);
    await store.publish(publicationOf(1));
    await announcements.announce(1);
    await clock.advance(0);
    expect(accepted).toEqual([1]);
  });

  it("looks again each time that announcements can be heard: what was announced before is lost", async () => {
    const store = createFaultyStore("redis");
    let listens = () => {};
    const memory = createMemoryAnnouncements();
    const late: Announcements = {
      ...memory,
      subscribe: (listener, onListening = () => {}) => {
        listens = onListening;
        return memory.subscribe(listener);
      },
    };
    const { accepted, clock } = await openSource([store], 0, late);
    for (const sequence of [1, 2]) {
      await store.publish(publicationOf(sequence));
      await clock.advance(0);
      expect(accepted).not.toContain(sequence);
      listens();
      await clock.advance(0);
      expect(accepted).toContain(sequence);
    }
  });

  it("finds a snapshot without an announcement at the next poll", async () => {
    const store = createFaultyStore("memory");
    const { accepted, clock } = await openSource([store]);
    await store.publish(publicationOf(1));
    await clock.advance(POLL_MS - 1);
    expect(accepted).toEqual([]);
    await clock.advance(1);
    expect(accepted).toEqual([1]);
  });

  it("accepts a snapshot that was announced while the one before was still being read", async () => {
    const store = createFaultyStore("redis");
    const { accepted, announcements, clock } = await openSource([store]);
    let arrive = () => {};
    store.slowRead = new Promise((resolve) => {
      arrive = resolve;
    });
    await store.publish(publicationOf(1));
    await announcements.announce(1);
    await clock.advance(0);
    await store.publish(publicationOf(2));
    await announcements.announce(2);
    expect(accepted).toEqual([]);
    arrive();
    await clock.advance(0);
    expect(accepted).toEqual([1, 2]);
  });

  it("never goes back, and logs an older snapshot once", async () => {
    const [memory, disk] = [createFaultyStore("memory"), createFaultyStore("disk")];
    await disk.publish(publicationOf(3));
    const { accepted, clock, lines } = await openSource([memory, disk]);
    await memory.publish(publicationOf(9));
    await clock.advance(3 * POLL_MS);
    expect(accepted).toEqual([3, 9]);
    expect(lines).toMatchObject([
      { level: "warn", store: "disk", sequence: 3, problem: "older than the snapshot that is served" },
    ]);
  });

  it("does not complain of an older snapshot for two looks that are a moment apart", async () => {
    const [memory, disk] = [createFaultyStore("memory"), createFaultyStore("disk")];
    await disk.publish(publicationOf(3));
    const { clock, lines, announcements } = await openSource([memory, disk]);
    await memory.publish(publicationOf(9));
    for (let announced = 10; announced < 20; announced++) {
      await announcements.announce(announced);
      await clock.advance(100);
    }
    expect(lines).toEqual([]);
    await clock.advance(2 * POLL_MS);
    expect(lines).toMatchObject([{ store: "disk", sequence: 3 }]);
  });

  it("does not complain about a store that a publication reaches a moment after the others", async () => {
    const [memory, disk] = [createFaultyStore("memory"), createFaultyStore("disk")];
    const { accepted, clock, lines, announcements } = await openSource([memory, disk]);
    for (const sequence of [1, 2, 3]) {
      await memory.publish(publicationOf(sequence));
      await announcements.announce(sequence);
      await clock.advance(POLL_MS);
      await disk.publish(publicationOf(sequence));
      await clock.advance(POLL_MS);
    }
    expect(accepted).toEqual([1, 2, 3]);
    expect(lines).toEqual([]);
  });

  it("stops looking when it is closed", async () => {
    const store = createFaultyStore("memory");
    const { accepted, clock, source, announcements } = await openSource([store]);
    source.close();
    await store.publish(publicationOf(1));
    await announcements.announce(1);
    await clock.advance(2 * POLL_MS);
    expect(accepted).toEqual([]);
    expect(clock.sleeping()).toBe(0);
  });
});

describe("a publication that is refused leaves the last good one in place and is logged once", () => {
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
    ["another origin", other, /^mobile:snapshot is from simulator, and this server shows bybit$/],
    [
      "symbols of another origin",
      withDocument(good, SYMBOLS_KEY, other.documents.get(SYMBOLS_KEY) ?? ""),
      /^mobile:symbols is from simulator/,
    ],
    [
      "symbols of another refresh",
      withDocument(good, SYMBOLS_KEY, publicationOf(1).documents.get(SYMBOLS_KEY) ?? ""),
      /^mobile:symbols belongs to another refresh/,
    ],
  ])("%s", async (_, publication, problem) => {
    const store = createFaultyStore("redis");
    await store.publish(publicationOf(1));
    const { accepted, clock, lines, announcements } = await openSource([store]);
    await store.publish(publication);
    await announcements.announce(2);
    await clock.advance(3 * POLL_MS);
    expect(accepted).toEqual([1]);
    expect(lines).toMatchObject([{ level: "warn", store: "redis", problem: expect.stringMatching(problem) }]);
  });

  it("and a good copy in another store is accepted", async () => {
    const [memory, disk] = [createFaultyStore("memory"), createFaultyStore("disk")];
    await memory.publish(withDocument(publicationOf(9), SNAPSHOT_KEY, "{"));
    await disk.publish(publicationOf(8));
    const { accepted } = await openSource([memory, disk]);
    expect(accepted).toEqual([8]);
  });

  it("each on its own line", async () => {
    const store = createFaultyStore("redis");
    const { accepted, clock, lines } = await openSource([store]);
    for (const publication of [
      withDocument(publicationOf(1), SNAPSHOT_KEY, "{}"),
      withDocument(publicationOf(2), SNAPSHOT_KEY, "{}"),
      publicationOf(3),
      withDocument(publicationOf(4), SNAPSHOT_KEY, "{}"),
    ]) {
      await store.publish(publication);
      await clock.advance(3 * POLL_MS);
    }
    expect(accepted).toEqual([3]);
    expect(lines).toMatchObject([{ sequence: 1 }, { sequence: 2 }, { sequence: 4 }]);
  });
});

describe("an outage of a store", () => {
  it("is logged when it begins and when it ends, and the store is followed again", async () => {
    const store = createFaultyStore("redis", "fails");
    const { accepted, clock, lines, source } = await openSource([store]);
    await clock.advance(3 * POLL_MS);
    expect(lines).toMatchObject([{ level: "warn", outage: "redis", err: { message: "redis is unplugged" } }]);
    expect(source.unavailableStores()).toEqual(["redis"]);

    store.fault = "none";
    await store.publish(publicationOf(5));
    await clock.advance(POLL_MS);
    expect(accepted).toEqual([5]);
    expect(source.unavailableStores()).toEqual([]);
    expect(lines).toMatchObject([{ level: "warn" }, { level: "info", outage: "redis" }]);
  });

  it.each([
    ["hangs", "store_timeout"],
    ["fails", "Error"],
  ] as const)("holds up neither the start nor the other stores (it %s)", async (fault, code) => {
    const [redis, disk] = [createFaultyStore("redis", fault), createFaultyStore("disk")];
    await disk.publish(publicationOf(1));
    const { accepted, clock, source, lines } = await openSource([redis, disk], FIRST_LOOK_MS);
    expect(accepted).toEqual([1]);
    await disk.publish(publicationOf(2));
    await clock.advance(3 * POLL_MS);
    expect(accepted).toEqual([1, 2]);
    expect(source.unavailableStores()).toEqual(["redis"]);
    expect(lines).toMatchObject([{ level: "warn", outage: "redis", err: { code } }]);
  });

  it("delays a snapshot that only the hanging store has, until it answers", async () => {
    const [redis, disk] = [createFaultyStore("redis"), createFaultyStore("disk")];
    await disk.publish(publicationOf(1));
    await redis.publish(publicationOf(2));
    let arrive = () => {};
    redis.slowRead = new Promise((resolve) => {
      arrive = resolve;
    });
    const { accepted, clock } = await openSource([redis, disk], FIRST_LOOK_MS);
    expect(accepted).toEqual([1]);
    arrive();
    await clock.advance(0);
    expect(accepted).toEqual([1, 2]);
  });
});
