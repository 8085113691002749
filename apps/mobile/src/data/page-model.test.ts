import { describe, expect, it } from "vitest";
import { createDeviceStore } from "./device-store.ts";
import { createPageModel } from "./page-model.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import { createFakeWorld } from "./testing/fake-world.ts";
import { createMemoryStorage } from "./testing/memory-storage.ts";
import { snapshotOf, withScores } from "./testing/sample-snapshot.ts";

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const seven = withScores(snapshotOf(7, NOW_MS), { A: 60 });
const eight = withScores(snapshotOf(8, NOW_MS + 600_000), { A: 70 });

function setUp() {
  const world = createFakeWorld();
  const clock = createFakeClock(NOW_MS);
  const storage = createMemoryStorage();
  /** Opens the page again. */
  const open = async () => {
    const model = createPageModel({ ...world, clock, random: () => 0.5, store: createDeviceStore(storage) });
    model.setVisible(true);
    await clock.advance(20);
    return model;
  };
  return { world, clock, storage, open };
}

describe("the page", () => {
  it("shows what changed since the previous session, throughout the session", async () => {
    const { world, clock, open } = setUp();
    world.answer = { body: seven, etag: '"7"', ageS: 0 };
    const first = await open();
    expect(first.state().changes).toBeNull();
    first.setVisible(false);
    await clock.advance(600_000);
    world.answer = { body: eight, etag: '"8"', ageS: 0 };
    for (const model of [await open(), await open()]) {
      expect(model.state().changes).toMatchObject({
        baselineAtS: seven.timestamp,
        crossings: [{ symbol: "A", threshold: 65 }],
      });
      model.setVisible(false);
    }
  });

  it("continues the session when the page is reopened soon after it was closed, however long it was open", async () => {
    const { world, clock, open } = setUp();
    world.answer = { body: seven, etag: '"7"', ageS: 0 };
    const first = await open();
    await clock.advance(600_000);
    first.setVisible(false);
    await clock.advance(30_000);
    world.answer = { body: eight, etag: '"8"', ageS: 0 };
    expect((await open()).state().changes).toBeNull();
  });

  it("shows the changes too when the page was only hidden", async () => {
    const { world, clock, open } = setUp();
    world.answer = { body: seven, etag: '"7"', ageS: 0 };
    const model = await open();
    model.setVisible(false);
    await clock.advance(600_000);
    world.answer = { body: eight, etag: '"8"', ageS: 0 };
    model.setVisible(true);
    await clock.advance(20);
    expect(model.state().changes?.moves).toEqual([{ symbol: "A", from: 60, to: 70 }]);
  });

  it("shows its copy with the true age when it opens without a connection", async () => {
    const { world, clock, open } = setUp();
    world.answer = { body: seven, etag: '"7"', ageS: 12 };
    (await open()).setVisible(false);
    await clock.advance(3_600_000);
    world.answer = "unreachable";
    const model = await open();
    expect(model.state()).toMatchObject({ connection: "offline", shown: { from: "device", snapshot: seven } });
    expect(Math.floor((model.ageMs() ?? 0) / 1000)).toBe(3612);
    // The server's time is derived from the same age.
    expect(model.nowS()).toBe(seven.timestamp + 3612);
    clock.setWall(NOW_MS - 86_400_000);
    expect(Math.floor((model.ageMs() ?? 0) / 1000)).toBe(3612);
  });

  it("neither compares nor mixes real and simulated data", async () => {
    const { world, clock, open } = setUp();
    world.answer = { body: { ...seven, simulated: true, origin: "simulator" }, etag: '"7"', ageS: 0 };
    (await open()).setVisible(false);
    await clock.advance(600_000);
    world.answer = { body: { ...eight, simulated: false, origin: "bybit" }, etag: '"8"', ageS: 0 };
    const model = await open();
    expect(model.state()).toMatchObject({ changes: null, shown: { snapshot: { origin: "bybit" } } });
    model.setVisible(false);
    world.answer = "unreachable";
    expect((await open()).state().shown?.snapshot.simulated).toBe(false);
  });

  it("stores favourites, and reports each change to its listeners", async () => {
    const { open } = setUp();
    const model = await open();
    const heard: string[][] = [];
    const stop = model.subscribe(({ favourites }) => heard.push([...favourites]));
    model.actions.toggleFavourite("A");
    model.actions.toggleFavourite("B");
    model.actions.toggleFavourite("A");
    stop();
    expect(heard).toEqual([["A"], ["A", "B"], ["B"]]);
    expect([...(await open()).state().favourites]).toEqual(["B"]);
  });

  it("keeps favourites that were chosen in another tab", async () => {
    const { open } = setUp();
    const [one, other] = [await open(), await open()];
    one.actions.toggleFavourite("A");
    other.actions.toggleFavourite("B");
    expect([...other.state().favourites]).toEqual(["A", "B"]);
  });

  it("works on a device that stores nothing", async () => {
    const { world, clock } = setUp();
    world.answer = { body: seven, etag: '"7"', ageS: 0 };
    const model = createPageModel({ ...world, clock, random: () => 0.5, store: createDeviceStore(null) });
    model.setVisible(true);
    await clock.advance(20);
    model.actions.toggleFavourite("A");
    expect(model.state()).toMatchObject({ connection: "online", favourites: new Set(["A"]) });
  });
});
