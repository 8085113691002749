import { describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import { createFeed } from "./feed.ts";
import { createDeviceClock } from "./page-clock.ts";
import { ageNow } from "./snapshot-age.ts";
import type { SocketLike } from "./socket-connection.ts";
import { snapshotOf } from "./testing/sample-snapshot.ts";
import { startSnapshotServer } from "./testing/snapshot-server.ts";

describe("the feed over real connections", () => {
  it("follows a server through new snapshots, a crash and a restart", async () => {
    const startMs = Date.now();
    const server = await startSnapshotServer(snapshotOf(1, startMs - 12_000));
    onTestFinished(server.kill);
    // A device whose clock is a day off.
    const clock = createDeviceClock(
      () => performance.now(),
      () => Date.now() + 86_400_000,
    );
    // Waits a tenth as long as a phone, so that the test need not wait for its intervals.
    const hurried = { ...clock, after: (ms: number, action: () => void) => clock.after(ms / 10, action) };
    const feed = createFeed({
      fetch: (path, init) => fetch(`${server.url}${String(path)}`, init),
      openSocket: () => new WebSocket(`${server.url.replace("http", "ws")}/ws`) as unknown as SocketLike,
      clock: hurried,
      random: Math.random,
      onChange: () => {},
    });
    onTestFinished(() => feed.setVisible(false));
    const sequence = () => feed.state().shown?.snapshot.sequence;
    const ageS = () => (ageNow(feed.state().shown?.age ?? null, clock.elapsedMs()) ?? Number.NaN) / 1000;

    feed.setVisible(true);
    await vi.waitFor(() => expect(sequence()).toBe(1), { timeout: 10_000 });
    expect(ageS()).toBeGreaterThanOrEqual(12);
    expect(ageS()).toBeLessThan(14);

    // Opening the socket takes a moment; an announcement before that is lost.
    await vi.waitFor(
      () => {
        server.publish(snapshotOf(2, Date.now()));
        expect(sequence()).toBe(2);
      },
      { timeout: 10_000, interval: 20 },
    );
    const asked = server.requests();
    await feed.refresh();
    expect([server.requests(), sequence()]).toEqual([asked + 1, 2]);

    await server.kill();
    await vi.waitFor(() => expect(feed.state().connection).toBe("offline"), { timeout: 10_000 });
    expect(sequence()).toBe(2);

    await server.restart();
    server.publish(snapshotOf(3, Date.now()));
    await vi.waitFor(() => expect(feed.state()).toMatchObject({ connection: "online" }), { timeout: 20_000 });
    await vi.waitFor(() => expect(sequence()).toBe(3), { timeout: 10_000 });
    // The socket is open again too.
    await vi.waitFor(
      () => {
        server.publish(snapshotOf(4, Date.now()));
        expect(sequence()).toBe(4);
      },
      { timeout: 10_000, interval: 20 },
    );
  });
});
