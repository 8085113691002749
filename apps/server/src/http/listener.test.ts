import { once } from "node:events";
import { Agent, get, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { describe, expect, it, onTestFinished } from "vitest";
import { SERVER_DURATIONS } from "../durations.ts";
import { destroyUnparsed } from "../node-internals/stop-parsing.ts";
import { ServerError } from "./listen-on.ts";
import { type HttpListener, type ListenOptions, listen, MAX_REQUESTS_AHEAD } from "./listener.ts";

const GRACE_MS = 4000;
const REQUEST = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/** A listener on a free port of 127.0.0.1, with a clock that stands still. */
async function start(options: Partial<ListenOptions> = {}) {
  const clock = createFakeClock();
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    handler: (_, response) => void response.end("served"),
    cutOff: destroyUnparsed,
    durations: SERVER_DURATIONS,
    clock,
    ...options,
  });
  onTestFinished(() => listener.close(0));
  return { listener, clock };
}

/** A listener whose requests wait until the test responds to them. */
async function startHolding() {
  const held: ServerResponse[] = [];
  const started = await start({ handler: (_, response) => void held.push(response) });
  const nextRequest = async (count: number) => expect.poll(() => held.length).toBe(count);
  return { ...started, held, nextRequest };
}

async function openSocket({ url }: HttpListener): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  // A client that writes to a connection that the server has closed gets an error.
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** Everything that arrives until the server ends the connection. */
async function untilEnded(socket: Socket): Promise<string> {
  let received = "";
  socket.on("data", (chunk: Buffer) => {
    received += chunk.toString();
  });
  await once(socket, "close");
  return received;
}

describe("an address that cannot be used", () => {
  it("is one clear error that names the port and the variable to change", async () => {
    const { listener } = await start();
    const port = Number(new URL(listener.url).port);
    const again = start({ port });
    await expect(again).rejects.toThrow(ServerError);
    await expect(again).rejects.toMatchObject({
      code: "port_in_use",
      message: `Port ${port} on 127.0.0.1 is in use by another program`,
      hint: expect.stringContaining("PORT"),
    });
  });

  it("is one clear error also when the host does not belong to this machine", async () => {
    const elsewhere = start({ host: "192.0.2.1" });
    await expect(elsewhere).rejects.toMatchObject({ code: "cannot_listen", hint: "Check HOST and PORT." });
  });
});

describe("clients that take more than their share", () => {
  it.each([
    ["headers that never end", "GET / HTTP/1.1\r\nHost: x\r\n", { headersMs: 50, requestMs: 60_000 }],
    ["a body that never ends", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx", { requestMs: 50 }],
  ])("%s are cut off", async (_, sent, limits) => {
    const { listener } = await start({
      handler: () => {},
      durations: { ...SERVER_DURATIONS, headersMs: 40, connectionCheckMs: 10, ...limits },
    });
    const socket = await openSocket(listener);
    socket.write(sent);
    expect(await untilEnded(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("a request that lay in the socket while the process did nothing is answered, not called late", async () => {
    const { listener } = await start({
      durations: { ...SERVER_DURATIONS, headersMs: 40, requestMs: 50, connectionCheckMs: 10 },
    });
    const accepted = once(listener.server, "connection");
    const socket = await openSocket(listener);
    await accepted;
    socket.write(REQUEST);
    // As if it were stopped.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    const [answer] = await once(socket, "data");
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("a response that is not read is given up", async () => {
    const { listener } = await start({
      handler: (_, response) => void response.end(Buffer.alloc(20_000_000)),
      durations: { ...SERVER_DURATIONS, stalledMs: 50 },
    });
    const accepted = once(listener.server, "connection") as Promise<[Socket]>;
    const socket = (await openSocket(listener)).pause();
    socket.write(REQUEST);
    const [serverSide] = await accepted;
    await once(serverSide, "close");
    expect(serverSide.destroyed).toBe(true);
  });

  it.each([
    ["a connection that never sends a request", ""],
    ["a connection that idles after a response", REQUEST],
  ])("%s is closed after a while, and one in use is not", async (_, request) => {
    const { listener, clock } = await start();
    const [idle, used] = [await openSocket(listener), await openSocket(listener)];
    const ended = untilEnded(idle);
    if (request !== "") {
      idle.write(request);
      await once(idle, "data");
    }
    const { keepAliveMs, connectionCheckMs } = SERVER_DURATIONS;
    await clock.advance(keepAliveMs);
    used.write(REQUEST);
    await once(used, "data");
    await clock.advance(2 * connectionCheckMs);
    await ended;
    used.write(REQUEST);
    expect(String((await once(used, "data"))[0])).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("connections beyond the limit are closed as they arrive, and there is room again when others have gone", async () => {
    const dropped: string[] = [];
    const maxConnections = 5;
    const { listener } = await start({ maxConnections, onDropped: (reason) => dropped.push(reason) });
    const accepted: Socket[] = [];
    listener.server.on("connection", (socket) => accepted.push(socket));
    const first = await Promise.all(Array.from({ length: maxConnections }, () => openSocket(listener)));
    expect(dropped).toEqual([]);
    await untilEnded(await openSocket(listener));
    await untilEnded(await openSocket(listener));
    expect(dropped).toEqual(["connections", "connections"]);
    const closed = Promise.all(accepted.map((socket) => once(socket, "close")));
    for (const socket of first) {
      socket.destroy();
    }
    await closed;
    expect((await fetch(listener.url)).status).toBe(200);
  });

  it("one address has only its share of the connections, and others are served meanwhile", async () => {
    const dropped: string[] = [];
    const { listener } = await start({
      maxConnectionsPerAddress: 3,
      addressKey: (socket) => socket.remoteAddress ?? null,
      onDropped: (reason) => dropped.push(reason),
    });
    const accepted: Socket[] = [];
    listener.server.on("connection", (socket) => accepted.push(socket));
    const first = await Promise.all(Array.from({ length: 3 }, () => openSocket(listener)));
    await untilEnded(await openSocket(listener));
    expect(dropped).toEqual(["connections_of_address"]);
    // Another address of this machine.
    const answer = get(listener.url, { localAddress: "127.0.0.2", agent: false });
    const [response] = (await once(answer, "response")) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    response.resume();
    const closed = Promise.all(accepted.slice(0, 3).map((socket) => once(socket, "close")));
    for (const socket of first) {
      socket.destroy();
    }
    await closed;
    expect((await fetch(listener.url)).status).toBe(200);
  });

  it("the connections of a trusted proxy are not counted", async () => {
    const dropped: string[] = [];
    const options = { maxConnectionsPerAddress: 1, addressKey: () => null };
    const { listener } = await start({ ...options, onDropped: (reason) => dropped.push(reason) });
    await openSocket(listener);
    await openSocket(listener);
    expect((await fetch(listener.url)).status).toBe(200);
    expect(dropped).toEqual([]);
  });

  it("requests ahead of their responses are handled in order, up to a limit; beyond it the connection is cut off", async () => {
    const dropped: string[] = [];
    const { listener } = await start({ onDropped: (reason) => dropped.push(reason) });
    const socket = await openSocket(listener);
    let received = "";
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString();
    });
    for (let round = 1; round <= 3; round++) {
      socket.write(REQUEST.repeat(MAX_REQUESTS_AHEAD + 1));
      await expect.poll(() => received.split("served").length - 1).toBe(round * (MAX_REQUESTS_AHEAD + 1));
    }
    expect(dropped).toEqual([]);
    const greedy = await openSocket(listener);
    greedy.write(REQUEST.repeat(1000));
    await untilEnded(greedy);
    expect(dropped).toEqual(["requests_ahead"]);
    expect(await (await fetch(listener.url)).text()).toBe("served");
  });

  it("an unknown expectation is ignored", async () => {
    const { listener } = await start();
    const socket = await openSocket(listener);
    socket.write("GET / HTTP/1.1\r\nHost: x\r\nExpect: a-miracle\r\nConnection: close\r\n\r\n");
    expect(await untilEnded(socket)).toMatch(/^HTTP\/1\.1 200 [\s\S]*served$/);
  });
});

describe("closing", () => {
  it("lets a running request finish, and tells its client not to use that connection again", async () => {
    const { listener, held, nextRequest } = await startHolding();
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const responded = new Promise<string>((resolve, reject) => {
      get(listener.url, { agent }, (response) => resolve(text(response))).on("error", reject);
    });
    await nextRequest(1);
    const closed = listener.close(GRACE_MS);
    held[0]?.end("late but whole");
    expect(await responded).toBe("late but whole");
    await closed;
  });

  it("responds to a request that was on its way on an idle connection, and tells its client not to use it again", async () => {
    const { listener, held, nextRequest } = await startHolding();
    const [used, unused] = [await openSocket(listener), await openSocket(listener)];
    used.write(REQUEST);
    await nextRequest(1);
    held[0]?.end("first");
    await once(used, "data");
    const closed = listener.close(GRACE_MS);
    for (const [index, socket] of [used, unused].entries()) {
      socket.write(REQUEST);
      await nextRequest(2 + index);
      held[1 + index]?.end("second");
      const [response] = (await once(socket, "data")) as [Buffer];
      expect(response.toString()).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*Connection: close/i);
    }
    await closed;
  });

  it("leaves the headers of such a response as they are", async () => {
    const { listener, held, nextRequest } = await startHolding();
    const socket = await openSocket(listener);
    const closed = listener.close(GRACE_MS);
    socket.write(REQUEST);
    await nextRequest(1);
    held[0]?.writeHead(200, ["Vary", "Accept-Encoding", "Vary", "Origin"]).end("both");
    expect(await text(socket)).toMatch(/Vary: Accept-Encoding\r\nVary: Origin\r\n[\s\S]*Connection: close\r\n/);
    await closed;
  });

  it("waits only a moment for connections that idle, never sent a request, or did not finish one", async () => {
    const { listener, clock, held, nextRequest } = await startHolding();
    const [idle, , unfinished] = [await openSocket(listener), await openSocket(listener), await openSocket(listener)];
    idle.write(REQUEST);
    await nextRequest(1);
    held[0]?.end("done");
    await once(idle, "data");
    unfinished.write("GET / HTTP/1.1\r\nHost:");
    const closed = listener.close(GRACE_MS);
    await clock.advance(SERVER_DURATIONS.lingerMs);
    await closed;
  });

  it("ends a request that takes longer than the grace", async () => {
    const { listener, clock, nextRequest } = await startHolding();
    const failed = new Promise((resolve) => get(listener.url).on("error", resolve));
    await nextRequest(1);
    let isClosed = false;
    const closed = listener.close(GRACE_MS).then(() => {
      isClosed = true;
    });
    await clock.advance(GRACE_MS - 1);
    expect(isClosed).toBe(false);
    await clock.advance(1);
    await closed;
    expect(await failed).toMatchObject({ code: "ECONNRESET" });
  });

  it("accepts no new connections", async () => {
    const { listener } = await start();
    await listener.close(0);
    await expect(openSocket(listener)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
