import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { afterEach, describe, expect, test } from "vitest";
import type { FaultProxy, TrafficShape } from "../faults/contracts.mts";
import { startFaultProxy } from "../faults/network/fault-proxy.mts";

const toClose: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) {
    await close();
  }
});

/** A socket that writes down what happens to it. */
interface Peer {
  readonly socket: Socket;
  readonly chunks: Buffer[];
  /** "end", "ECONNRESET", "close", in their order. */
  readonly events: string[];
  text(): string;
}

function watch(socket: Socket): Peer {
  const chunks: Buffer[] = [];
  const events: string[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("end", () => events.push("end"));
  socket.on("error", (error) => events.push("code" in error ? String(error.code) : error.message));
  socket.on("close", () => events.push("close"));
  toClose.push(() => socket.destroy());
  return { socket, chunks, events, text: () => Buffer.concat(chunks).toString() };
}

/** A service behind a proxy, and clients of it. Time stands still unless it is advanced. */
async function startStage() {
  const clock = createFakeClock();
  const served: Peer[] = [];
  const service = createServer({ allowHalfOpen: true }, (socket) => served.push(watch(socket)));
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  const address = service.address();
  const proxy = await startFaultProxy(typeof address === "object" && address !== null ? address.port : 0, clock);
  toClose.push(
    () => service.close(),
    () => proxy.close(),
  );
  const dial = async (): Promise<{ readonly client: Peer; readonly server: Peer }> => {
    const before = served.length;
    const client = watch(connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true }));
    await expect.poll(() => served.length).toBe(before + 1);
    return { client, server: served[before] ?? client };
  };
  return { clock, proxy, service, served, dial };
}

/** Long enough for bytes to pass where nothing holds them up: they need one turn or two. */
async function manyTurns(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    await nextTurn();
  }
}

const SHAPES: readonly TrafficShape[] = [
  { latencyMs: 1000 },
  { bytesPerSecond: 1 },
  { sliceBytes: 1 },
  { silent: true },
  { refuse: true },
  { resetAfterBytes: 3 },
  { truncateAfterBytes: 3 },
];

describe("without a fault", () => {
  test("passes bytes and each side's end on, and counts them", async () => {
    const { proxy, dial } = await startStage();
    const { client, server } = await dial();

    client.socket.end("question");
    await expect.poll(() => server.events).toEqual(["end"]);
    expect(server.text()).toBe("question");
    server.socket.end("answer");
    await expect.poll(() => client.events).toEqual(["end", "close"]);

    expect(client.text()).toBe("answer");
    expect(proxy.passedBytes()).toBe(14);
    await expect.poll(() => proxy.connections()).toBe(0);
  });

  test("tells each side that the other one broke off", async () => {
    const { dial } = await startStage();
    const first = await dial();
    first.client.socket.resetAndDestroy();
    await expect.poll(() => first.server.events).toEqual(["ECONNRESET", "close"]);

    const second = await dial();
    second.server.socket.resetAndDestroy();
    await expect.poll(() => second.client.events).toEqual(["ECONNRESET", "close"]);
  });

  test("breaks off a connection when the service is gone", async () => {
    const { proxy, service } = await startStage();
    service.close();
    const client = watch(connect(proxy.port, "127.0.0.1"));
    await expect.poll(() => client.events).toContain("close");
    expect(client.events).not.toContain("end");
  });

  test("makes a fast sender wait for a slow receiver", async () => {
    const { proxy, dial } = await startStage();
    const { client, server } = await dial();
    const size = 64 * 1024 * 1024;
    client.socket.pause();
    server.socket.end(Buffer.alloc(size, "x"));

    for (let quietTurns = 0, last = -1; quietTurns < 200; quietTurns++) {
      await nextTurn();
      expect(proxy.touched() - proxy.passedBytes()).toBeLessThan(512 * 1024);
      if (proxy.touched() !== last) {
        last = proxy.touched();
        quietTurns = 0;
      }
    }
    expect(proxy.touched()).toBeLessThan(size);
    client.socket.resume();

    await expect.poll(() => client.events).toContain("end");
    expect(client.chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(size);
  });
});

describe("latency", () => {
  test("holds each piece back for its time, both ways, in order, also over a connection that was there", async () => {
    const { proxy, clock, dial } = await startStage();
    const { client, server } = await dial();
    proxy.shape({ latencyMs: 100 });
    client.socket.write("a");
    await expect.poll(() => proxy.touched()).toBe(1);
    await clock.advance(60);
    client.socket.write("b");
    server.socket.write("c");
    await expect.poll(() => proxy.touched()).toBe(3);

    await clock.advance(39);
    await manyTurns();
    expect(server.text()).toBe("");
    await clock.advance(1);
    await expect.poll(() => server.text()).toBe("a");
    await clock.advance(59);
    await manyTurns();
    expect([server.text(), client.text()]).toEqual(["a", ""]);
    await clock.advance(1);
    await expect.poll(() => [server.text(), client.text()]).toEqual(["ab", "c"]);
  });

  test("delays the end of a connection like a piece", async () => {
    const { proxy, clock, dial } = await startStage();
    const { client, server } = await dial();
    proxy.shape({ latencyMs: 100 });
    client.socket.end("a");
    await expect.poll(() => proxy.touched()).toBe(1);
    await manyTurns();
    expect(server.events).toEqual([]);
    await clock.advance(100);
    await expect.poll(() => server.events).toEqual(["end"]);
    expect(server.text()).toBe("a");
  });
});

test("a bandwidth lets so many bytes pass in a second", async () => {
  const { proxy, clock, dial } = await startStage();
  const { client, server } = await dial();
  proxy.shape({ bytesPerSecond: 1000 });
  server.socket.write("x".repeat(500));
  await expect.poll(() => proxy.touched()).toBe(500);

  await clock.advance(100);
  await manyTurns();
  expect(client.text().length).toBeGreaterThanOrEqual(100);
  expect(client.text().length).toBeLessThanOrEqual(120);
  await clock.advance(400);
  await expect.poll(() => client.text().length).toBe(500);
});

test("slices come one by one, and none is lost", async () => {
  const { proxy, dial } = await startStage();
  const { client, server } = await dial();
  proxy.shape({ sliceBytes: 3 });
  server.socket.write("The quick brown fox");
  await expect.poll(() => client.text()).toBe("The quick brown fox");
  expect(client.chunks.map(String)).toEqual(["The", " qu", "ick", " br", "own", " fo", "x"]);
});

describe("silence", () => {
  test("withholds everything over old and new connections, tells nobody, and passes it on in the end", async () => {
    const { proxy, served, dial } = await startStage();
    const old = await dial();
    proxy.shape({ silent: true });
    old.client.socket.write("old");
    const added = await dial();
    added.client.socket.write("new");
    added.server.socket.write("answer");
    await expect.poll(() => proxy.touched()).toBe(12);
    await manyTurns();
    expect(served.map((peer) => peer.text())).toEqual(["", ""]);
    expect(added.client.text()).toBe("");

    proxy.shape({});
    await expect.poll(() => [...served, added.client].map((peer) => peer.text())).toEqual(["old", "new", "answer"]);
  });

  test("meets with the next shape what it has withheld", async () => {
    const { proxy, clock, dial } = await startStage();
    const { client, server } = await dial();
    proxy.shape({ silent: true });
    client.socket.write("late");
    await expect.poll(() => proxy.touched()).toBe(4);

    await clock.advance(60);
    proxy.shape({ latencyMs: 100 });
    expect(proxy.touched()).toBe(4);
    await clock.advance(40);
    await expect.poll(() => server.text()).toBe("late");
  });

  test("hides from each side that the other one has ended or broken off", async () => {
    const { proxy, dial } = await startStage();
    const ended = await dial();
    const broken = await dial();
    proxy.shape({ silent: true });
    ended.client.socket.end("last");
    broken.server.socket.resetAndDestroy();
    await expect.poll(() => proxy.touched()).toBe(4);
    await expect.poll(() => broken.server.events).toContain("close");
    await manyTurns();
    expect([ended.server.events, broken.client.events]).toEqual([[], []]);

    proxy.shape({});
    await expect.poll(() => ended.server.events).toEqual(["end"]);
    await expect.poll(() => broken.client.events).toEqual(["ECONNRESET", "close"]);
    expect(ended.server.text()).toBe("last");
  });
});

test("a refusal meets new connections only, until it ends", async () => {
  const { proxy, dial } = await startStage();
  const { client, server } = await dial();
  proxy.shape({ refuse: true });
  const refused = watch(connect(proxy.port, "127.0.0.1"));
  await expect.poll(() => refused.events).toEqual(["ECONNREFUSED", "close"]);
  client.socket.write("still there");
  await expect.poll(() => server.text()).toBe("still there");

  proxy.shape({});
  const { client: again, server: its } = await dial();
  again.socket.write("back");
  await expect.poll(() => its.text()).toBe("back");
});

describe("a cut", () => {
  test("by a reset comes after so many bytes of an answer, over each connection", async () => {
    const { proxy, clock, dial } = await startStage();
    const old = await dial();
    old.server.socket.write("0123");
    await expect.poll(() => old.client.text()).toBe("0123");
    proxy.shape({ resetAfterBytes: 6 });
    for (const { client, server } of [old, await dial()]) {
      client.chunks.length = 0;
      client.socket.write("a question of any length");
      server.socket.write("abc");
      await expect.poll(() => client.text()).toBe("abc");
      server.socket.write("defgh");
      await expect.poll(() => client.text()).toBe("abcdef");
      await clock.advance(10);
      await expect.poll(() => client.events).toEqual(["ECONNRESET", "close"]);
      await expect.poll(() => server.events).toContain("close");
    }
  });

  test("by a truncation looks like the end of the answer", async () => {
    const { proxy, clock, dial } = await startStage();
    proxy.shape({ truncateAfterBytes: 4 });
    const { client, server } = await dial();
    server.socket.write("0123456789");
    await expect.poll(() => client.text()).toBe("0123");
    await clock.advance(10);
    await expect.poll(() => client.events).toEqual(["end"]);
    await expect.poll(() => server.events).toEqual(["end"]);
    expect(client.text()).toBe("0123");
    client.socket.end();
    await expect.poll(() => client.events).toEqual(["end", "close"]);
  });

  test("at once resets every connection, and none that comes later", async () => {
    const { proxy, dial } = await startStage();
    const { client, server } = await dial();
    proxy.resetAll();
    expect(proxy.touched()).toBe(1);
    await expect.poll(() => client.events).toEqual(["ECONNRESET", "close"]);
    await expect.poll(() => server.events).toEqual(["ECONNRESET", "close"]);
    const later = await dial();
    later.client.socket.write("hello");
    await expect.poll(() => later.server.text()).toBe("hello");
  });
});

describe("for each shape", () => {
  const exchange = async (proxy: FaultProxy, dial: Awaited<ReturnType<typeof startStage>>["dial"]) => {
    const { client, server } = await dial();
    client.socket.write("question");
    server.socket.write("answer");
    await expect.poll(() => [server.text(), client.text()]).toEqual(["question", "answer"]);
    expect(proxy.touched()).toBe(14);
  };

  test.each(SHAPES)("%o ends with {}", async (shape) => {
    const { proxy, dial } = await startStage();
    const { client, server } = await dial();
    proxy.shape(shape);
    client.socket.write("question");
    server.socket.write("answer");
    await expect.poll(() => proxy.touched()).toBeGreaterThanOrEqual(14);
    await manyTurns();

    proxy.shape({});
    if (shape.resetAfterBytes === undefined && shape.truncateAfterBytes === undefined) {
      await expect.poll(() => [server.text(), client.text()]).toEqual(["question", "answer"]);
    }
    proxy.shape({});
    await exchange(proxy, dial);
  });

  test.each(SHAPES)("%o leaves nothing behind when the proxy closes", async (shape) => {
    const { proxy, clock, dial } = await startStage();
    const { client, server } = await dial();
    proxy.shape(shape);
    client.socket.write("question");
    server.socket.write("answer");
    await expect.poll(() => proxy.touched()).toBeGreaterThanOrEqual(14);
    await manyTurns();

    await proxy.close();
    // A fault that ends late.
    proxy.shape({});
    await manyTurns();
    expect(proxy.connections()).toBe(0);
    expect(clock.sleeping()).toBe(0);
    await expect.poll(() => [client.events[0], server.events[0]]).not.toContain(undefined);
    const late = watch(connect(proxy.port, "127.0.0.1"));
    await expect.poll(() => late.events).toEqual(["ECONNREFUSED", "close"]);
  });
});
