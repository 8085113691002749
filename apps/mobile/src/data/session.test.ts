import { describe, expect, it } from "vitest";
import { createDeviceStore } from "./device-store.ts";
import { createSession } from "./session.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import { createMemoryStorage } from "./testing/memory-storage.ts";
import { snapshotOf } from "./testing/sample-snapshot.ts";

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const one = snapshotOf(1, NOW_MS);
const two = snapshotOf(2, NOW_MS + 30_000);

function setUp() {
  const clock = createFakeClock(NOW_MS);
  const store = createDeviceStore(createMemoryStorage());
  const show = (snapshot: typeof one) => store.snapshot.write({ snapshot, etag: null, age: null });
  return { clock, store, show, open: () => createSession(store, clock) };
}

describe("createSession", () => {
  it("has nothing to compare in the first session", () => {
    expect(setUp().open().baseline()).toBeNull();
  });

  it("compares with the last snapshot of the previous session, however often the page is reloaded", async () => {
    const { clock, show, open } = setUp();
    show(one);
    open().markSeen();
    await clock.advance(61_000);
    const session = open();
    expect(session.baseline()?.sequence).toBe(1);
    show(two);
    session.markSeen();
    await clock.advance(5000);
    expect(open().baseline()?.sequence).toBe(1);
  });

  it("continues when the page was hidden for less than a minute", async () => {
    const { clock, show, open } = setUp();
    const session = open();
    show(one);
    session.markSeen();
    await clock.advance(59_000);
    session.resume(one);
    expect(session.baseline()).toBeNull();
    session.markSeen();
    await clock.advance(61_000);
    session.resume(one);
    expect(session.baseline()?.sequence).toBe(1);
    expect(open().baseline()?.sequence).toBe(1);
  });

  it("starts a new session when the device's clock was set back", () => {
    const { clock, show, open } = setUp();
    open().markSeen();
    show(one);
    clock.setWall(NOW_MS - 3_600_000);
    expect(open().baseline()?.sequence).toBe(1);
  });
});
