import { errorBody } from "@pulseboard/snapshot";
import { describe, expect, it } from "vitest";
import { createFeed } from "./feed.ts";
import type { FeedState, ShownSnapshot } from "./feed-state.ts";
import { REQUEST_LIMIT_MS } from "./fetch-json.ts";
import { createDeviceClock } from "./page-clock.ts";
import { ageNow } from "./snapshot-age.ts";
import { SILENCE_LIMIT_MS } from "./socket-connection.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import { createFakeWorld } from "./testing/fake-world.ts";
import { sampleSnapshot, snapshotOf } from "./testing/sample-snapshot.ts";

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const PERIOD_MS = 30_000;
const seven = snapshotOf(7, NOW_MS, { period_ms: PERIOD_MS });
const eight = snapshotOf(8, NOW_MS + PERIOD_MS, { period_ms: PERIOD_MS });
const SENT_SEVEN = { body: seven, etag: '"7"', ageS: 5 };
const SENT_EIGHT = { body: eight, etag: '"8"', ageS: 0 };

function setUp() {
  const clock = createFakeClock(NOW_MS);
  const world = createFakeWorld();
  const states: FeedState[] = [];
  const feed = createFeed({ ...world, clock, random: () => 0.5, onChange: (state) => states.push(state) });
  const ageS = () => Math.floor((ageNow(feed.state().shown?.age ?? null, clock.elapsedMs()) ?? Number.NaN) / 1000);
  const look = async () => {
    feed.setVisible(true);
    await clock.advance(20);
  };
  return { clock, world, feed, states, ageS, look };
}

describe("the feed at the start", () => {
  it("asks once, shows the answer, and opens the socket", async () => {
    const { world, feed, ageS, look } = setUp();
    world.answer = SENT_SEVEN;
    await look();
    expect(feed.state()).toMatchObject({ connection: "online", shown: { from: "server", snapshot: { sequence: 7 } } });
    expect(ageS()).toBe(5);
    expect([world.requests, world.sockets.size]).toEqual([["/api/snapshot"], 1]);
  });

  it("shows the device's copy at once, and confirms it without downloading it again", async () => {
    const { world, feed, ageS, look } = setUp();
    const copy: ShownSnapshot = {
      snapshot: seven,
      etag: '"7"',
      age: { ageMs: 60_000, atMs: 1000, by: "device" },
      from: "device",
    };
    feed.start(copy);
    expect(feed.state()).toMatchObject({ connection: "connecting", shown: copy });
    world.answer = { ...SENT_SEVEN, ageS: 75 };
    await look();
    expect(feed.state().shown).toMatchObject({ from: "server", snapshot: seven, age: { by: "server" } });
    expect(world.requests).toEqual(['/api/snapshot if "7"']);
    expect(ageS()).toBe(75);
  });

  it("passes on the server's message while it has no data, and asks again soon", async () => {
    const { clock, world, feed, look } = setUp();
    world.answer = { body: errorBody(0, "no_snapshot", "Nothing was computed yet.") };
    await look();
    expect(feed.state()).toMatchObject({ connection: "online", shown: null, serverError: { error: "no_snapshot" } });
    world.answer = SENT_SEVEN;
    await clock.advance(1200);
    expect(feed.state()).toMatchObject({ serverError: null, shown: { snapshot: { sequence: 7 } } });
  });

  it("keeps asking a server that has no data, even with the socket open", async () => {
    const { clock, world, look } = setUp();
    world.answer = { body: errorBody(0, "no_snapshot", "Nothing was computed yet.") };
    await look();
    await clock.advance(60_000);
    expect(world.requests.length).toBeGreaterThanOrEqual(50);
    expect(world.requests.length).toBeLessThanOrEqual(75);
  });
});

describe("the feed with an open socket", () => {
  it("fetches an announced snapshot at once, and only if it is new", async () => {
    const { clock, world, feed, look } = setUp();
    world.answer = SENT_SEVEN;
    await look();
    world.announce(7, seven.timestamp);
    await clock.advance(20);
    expect(world.requests).toHaveLength(1);
    world.answer = SENT_EIGHT;
    world.announce(8, eight.timestamp);
    await clock.advance(20);
    expect(world.requests).toEqual(["/api/snapshot", '/api/snapshot if "7"']);
    expect(feed.state().shown?.snapshot.sequence).toBe(8);
  });

  it("sends one request at a time, and one more for a snapshot announced meanwhile", async () => {
    const { clock, world, feed, look } = setUp();
    world.answer = SENT_SEVEN;
    await look();
    let open = () => {};
    world.gate = new Promise((resolve) => {
      open = resolve;
    });
    void feed.refresh();
    void feed.refresh();
    world.answer = SENT_EIGHT;
    world.announce(8, eight.timestamp);
    await clock.advance(20);
    expect(world.requests).toHaveLength(2);
    open();
    await clock.advance(20);
    expect(world.requests).toHaveLength(3);
    expect(feed.state().shown?.snapshot.sequence).toBe(8);
    await clock.advance(1000);
    expect(world.requests).toHaveLength(3);
  });

  it("asks when no notification arrives within 1.3 periods, even if heartbeats do: only a request makes the server notice that its snapshot is stale", async () => {
    const { clock, world, look } = setUp();
    world.answer = SENT_SEVEN;
    await look();
    for (let beat = 0; beat < 6; beat += 1) {
      await clock.advance(30_000);
      for (const socket of world.sockets) {
        socket.say({ type: "heartbeat" });
      }
    }
    expect(world.requests).toHaveLength(5);
  });

  it("detects a silently lost connection within 1.5 periods and the time limit of a request", async () => {
    const { clock, world, feed, look } = setUp();
    world.answer = SENT_SEVEN;
    await look();
    world.answer = "silent";
    await clock.advance(1.5 * PERIOD_MS + REQUEST_LIMIT_MS);
    expect(feed.state()).toMatchObject({ connection: "offline", failure: { kind: "timed-out" } });
  });

  it("detects a socket that fell silent, and opens another", async () => {
    const { clock, world, look } = setUp();
    world.answer = SENT_SEVEN;
    await look();
    const [silent] = world.sockets;
    await clock.advance(SILENCE_LIMIT_MS + 1000);
    // Requests: the first one, one after no notification came, and one after the socket was given up.
    expect([world.requests.length, world.sockets.size]).toEqual([3, 0]);
    await clock.advance(PERIOD_MS + 1000);
    expect([...world.sockets].filter((socket) => socket !== silent)).toHaveLength(1);
  });
});

describe("the feed without a socket", () => {
  it("polls every second with the ETag, and tries to open the socket at most once a minute", async () => {
    const { clock, world, look } = setUp();
    world.answer = { ...SENT_SEVEN, ageS: 0 };
    world.takesSockets = false;
    await look();
    await clock.advance(5 * 60_000);
    const [requestsThen, triesThen] = [world.requests.length, world.socketTries];
    await clock.advance(10 * 60_000);
    expect(world.socketTries - triesThen).toBeLessThanOrEqual(10);
    expect(world.requests.length - requestsThen).toBeGreaterThanOrEqual(500);
    expect(world.requests.length - requestsThen).toBeLessThanOrEqual(760);
    expect(new Set(world.requests.slice(1))).toEqual(new Set(['/api/snapshot if "7"']));
  });

  it.each([3, 25, 29, 95, 3600])("shows a snapshot that comes after %d s within 2 s", async (comesAfterS) => {
    const { clock, world, feed, look } = setUp();
    world.answer = SENT_SEVEN;
    world.takesSockets = false;
    await look();
    await clock.advance(comesAfterS * 1000);
    expect(feed.state().shown?.snapshot.sequence).toBe(7);
    world.answer = SENT_EIGHT;
    await clock.advance(2000);
    expect(feed.state().shown?.snapshot.sequence).toBe(8);
  });
});

describe("the feed when the server is unreachable", () => {
  it("is offline within a second, keeps its snapshot, and its age keeps growing", async () => {
    const { clock, world, feed, ageS, look } = setUp();
    world.answer = SENT_SEVEN;
    await look();
    world.answer = "unreachable";
    world.takesSockets = false;
    for (const socket of world.sockets) {
      socket.close();
    }
    await clock.advance(1000);
    expect(feed.state()).toMatchObject({
      connection: "offline",
      failure: { kind: "unreachable" },
      shown: { snapshot: seven },
    });
    await clock.advance(3_600_000);
    expect(ageS()).toBe(3606);
  });

  it("reconnects within ten seconds of the server's return, socket included", async () => {
    const { clock, world, feed, look } = setUp();
    world.answer = "unreachable";
    await look();
    await clock.advance(600_000);
    expect(feed.state().connection).toBe("offline");
    world.answer = SENT_EIGHT;
    await clock.advance(10_000);
    expect(feed.state()).toMatchObject({ connection: "online", failure: null, shown: { snapshot: { sequence: 8 } } });
    expect(world.sockets.size).toBe(1);
  });

  it("asks about every ten seconds while the server is unreachable", async () => {
    const { clock, world, look } = setUp();
    world.answer = "unreachable";
    await look();
    await clock.advance(600_000);
    expect(world.requests.length).toBeGreaterThan(60);
    expect(world.requests.length).toBeLessThan(80);
  });

  it("aborts a request that hangs when the network changes", async () => {
    const { clock, world, feed, states, look } = setUp();
    world.answer = "silent";
    await look();
    world.answer = SENT_SEVEN;
    feed.networkChanged();
    await clock.advance(20);
    expect(feed.state().connection).toBe("online");
    expect(states.some(({ connection }) => connection === "offline")).toBe(false);
  });

  it("does not take the server for reachable until it has answered again", async () => {
    const { clock, world, feed, look } = setUp();
    world.answer = SENT_SEVEN;
    await look();
    world.answer = "silent";
    feed.networkChanged();
    expect(feed.state()).toMatchObject({ connection: "connecting", shown: { snapshot: { sequence: 7 } } });
    world.answer = SENT_SEVEN;
    feed.networkChanged();
    await clock.advance(20);
    expect(feed.state().connection).toBe("online");

    feed.setVisible(false);
    world.answer = "silent";
    feed.setVisible(true);
    expect(feed.state().connection).toBe("connecting");
  });

  it("repeats the request that somebody waits for when a change of network aborted it", async () => {
    const { clock, world, feed, look } = setUp();
    world.answer = SENT_SEVEN;
    await look();
    world.answer = SENT_EIGHT;
    const asked = world.requests.length;
    let isSettled = false;
    void feed.refresh().then(() => {
      isSettled = true;
    });
    feed.networkChanged();
    await clock.advance(200);
    expect(isSettled).toBe(true);
    expect(feed.state().shown?.snapshot.sequence).toBe(8);
    expect(world.requests.length).toBe(asked + 2);
  });

  it("asks at once even if its own timer is the first to detect that the device slept", async () => {
    const fake = createFakeClock(NOW_MS);
    const world = createFakeWorld();
    world.takesSockets = false;
    const device = createDeviceClock(fake.elapsedMs, fake.wallMs);
    const feed = createFeed({
      ...world,
      clock: { ...device, after: fake.after },
      random: () => 0.5,
      onChange: () => {},
    });
    device.onSleep(feed.networkChanged);
    world.answer = SENT_SEVEN;
    feed.setVisible(true);
    await fake.advance(20);
    fake.setWall(fake.wallMs() + 3_600_000);
    world.answer = SENT_EIGHT;
    const asked = world.requests.length;
    while (world.requests.length === asked) {
      await fake.advance(100);
    }
    await fake.advance(100);
    expect(feed.state().shown?.snapshot.sequence).toBe(8);
    expect(world.requests.length).toBe(asked + 1);
  });

  it.each([
    ["a network's login page", { body: "<!doctype html>" }, "not-ours"],
    ["another program", { body: { status: "ok" } }, "not-ours"],
    ["a newer version", { body: { ...eight, schema_version: 2 } }, "other-version"],
    ["a failing server", { status: 500 }, "status"],
  ])("does not take %s for a snapshot", async (_name, answer, kind) => {
    const { world, feed, look } = setUp();
    world.answer = SENT_SEVEN;
    await look();
    world.answer = answer;
    await feed.refresh();
    expect(feed.state()).toMatchObject({ connection: "offline", failure: { kind }, shown: { snapshot: seven } });
  });

  it("keeps its snapshot, aged by the server's clock, when the server has lost all of its data", async () => {
    const { clock, world, feed, ageS, look } = setUp();
    world.answer = SENT_SEVEN;
    await look();
    await clock.advance(1000);
    world.answer = { body: errorBody(0, "no_snapshot", "Nothing is left."), dateMs: NOW_MS + 100_000 };
    await feed.refresh();
    expect(feed.state()).toMatchObject({
      connection: "online",
      shown: { snapshot: seven },
      serverError: { error: "no_snapshot" },
    });
    expect(ageS()).toBe(100);
  });
});

describe("the feed of a hidden page", () => {
  it("has no request, timer or socket, and asks at once when the page is visible again", async () => {
    const { clock, world, feed, look } = setUp();
    world.answer = SENT_SEVEN;
    await look();
    feed.setVisible(false);
    expect([world.sockets.size, clock.waiting()]).toEqual([0, 0]);
    await clock.advance(3_600_000);
    feed.networkChanged();
    await clock.advance(1000);
    expect([world.requests.length, world.sockets.size, clock.waiting()]).toEqual([1, 0, 0]);
    world.answer = SENT_EIGHT;
    await look();
    expect([world.requests.length, world.sockets.size]).toEqual([2, 1]);
    expect(feed.state().shown?.snapshot.sequence).toBe(8);
  });

  it("schedules nothing after a response that arrives once the page is hidden", async () => {
    const { clock, world, feed } = setUp();
    world.answer = SENT_SEVEN;
    feed.setVisible(true);
    feed.setVisible(false);
    await clock.advance(1000);
    expect([world.requests.length, world.sockets.size, clock.waiting()]).toEqual([1, 0, 0]);
  });
});

describe("the snapshot on the screen after", () => {
  const market = { origin: seven.origin, simulated: seven.simulated };
  it.each([
    ["a newer one", eight, 8],
    ["a lower sequence from before: a server that is behind", snapshotOf(6, NOW_MS - PERIOD_MS, market), 7],
    [
      "a lower sequence from later: the server has started to count again",
      snapshotOf(1, NOW_MS + PERIOD_MS, market),
      1,
    ],
    ["another market", sampleSnapshot({ origin: "bybit", simulated: false, sequence: 3, timestamp: 1 }), 3],
  ])("%s", async (_name, body, expected) => {
    const { world, feed, look } = setUp();
    world.answer = SENT_SEVEN;
    await look();
    world.answer = { body, etag: '"x"', ageS: 1 };
    await feed.refresh();
    expect(feed.state()).toMatchObject({ connection: "online", shown: { snapshot: { sequence: expected } } });
  });

  it("the same snapshot, which the server now calls stale, with a new ETag", async () => {
    const { world, feed, look } = setUp();
    world.answer = SENT_SEVEN;
    await look();
    world.answer = { body: { ...seven, stale: true, data_source: "stale" }, etag: '"7s"', ageS: 95 };
    await feed.refresh();
    expect(feed.state().shown).toMatchObject({ etag: '"7s"', snapshot: { sequence: 7, stale: true } });
  });
});
