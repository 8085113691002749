import { describe, expect, it, vi } from "vitest";
import { openSocketConnection, SILENCE_LIMIT_MS, type SnapshotNotification } from "./socket-connection.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import { createFakeWorld } from "./testing/fake-world.ts";

function setUp() {
  const clock = createFakeClock(0);
  const world = createFakeWorld();
  const events: (string | SnapshotNotification)[] = [];
  const close = openSocketConnection({
    open: world.openSocket,
    clock,
    onOpen: () => events.push("open"),
    onNotification: (notification) => events.push(notification),
    onLost: () => events.push("lost"),
  });
  return { clock, world, events, close };
}

describe("openSocketConnection", () => {
  it("passes on announcements, and nothing else", async () => {
    const { clock, world, events } = setUp();
    await clock.advance(10);
    world.announce(8, 1000);
    for (const socket of world.sockets) {
      socket.say({ type: "heartbeat" });
      socket.say({ type: "snapshot", sequence: "8" });
      socket.say(null);
      socket.dispatchEvent(new MessageEvent("message", { data: "no JSON" }));
    }
    expect(events).toEqual(["open", { sequence: 8, timestamp: 1000 }]);
  });

  it("is lost after 70 s of silence, once", async () => {
    const { clock, world, events } = setUp();
    await clock.advance(10);
    await clock.advance(SILENCE_LIMIT_MS - 1000);
    for (const socket of world.sockets) {
      socket.say({ type: "heartbeat" });
    }
    await clock.advance(SILENCE_LIMIT_MS - 1);
    expect(events).toEqual(["open"]);
    await clock.advance(1);
    await clock.advance(SILENCE_LIMIT_MS * 2);
    expect(events).toEqual(["open", "lost"]);
    expect([world.sockets.size, clock.waiting()]).toEqual([0, 0]);
  });

  it("is lost when it is refused", async () => {
    const { clock, world, events } = setUp();
    world.takesSockets = false;
    await clock.advance(10);
    expect([events, clock.waiting()]).toEqual([["lost"], 0]);
  });

  it("reports nothing after it was closed", async () => {
    const { clock, world, events, close } = setUp();
    await clock.advance(10);
    const [socket] = world.sockets;
    close();
    socket?.say({ type: "snapshot", sequence: 9, timestamp: 1000 });
    expect(clock.waiting()).toBe(0);
    await clock.advance(SILENCE_LIMIT_MS * 2);
    expect([events, world.sockets.size, clock.waiting()]).toEqual([["open"], 0, 0]);
  });
});

it("a constructor that throws is a lost connection, told after the caller has it", async () => {
  const clock = createFakeClock(0);
  const lost = vi.fn();
  const forbidden = (): never => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  };
  const shared = { open: forbidden, clock, onOpen: () => {}, onNotification: () => {}, onLost: lost };
  openSocketConnection(shared);
  expect(lost).not.toHaveBeenCalled();
  await clock.advance(1);
  expect(lost).toHaveBeenCalledOnce();
  openSocketConnection(shared)();
  await clock.advance(1);
  expect(lost).toHaveBeenCalledOnce();
});
