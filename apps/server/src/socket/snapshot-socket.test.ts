import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { SERVER_DURATIONS } from "../durations.ts";
import { listen as listenHttp } from "../http/listener.ts";
import { createSnapshotSocket, type SnapshotNotice, type SnapshotSocketOptions } from "./snapshot-socket.ts";

const FIRST: SnapshotNotice = { sequence: 7, timestamp: 1_749_556_805, etag: '"abc"' };
const HEARTBEAT = { type: "heartbeat" };

const createPlainServer = () => createServer((_request, response) => response.end("plain http"));

interface StartOptions extends Partial<SnapshotSocketOptions> {
  /** The current snapshot; null for none. */
  readonly notice?: SnapshotNotice | null;
  readonly server?: Server;
}

/** A real HTTP server on a free port with the socket attached, and a clock that stands still. */
async function start({ notice = FIRST, server = createPlainServer(), ...overrides }: StartOptions = {}) {
  const clock = createFakeClock();
  const { log } = createRecordedLog();
  const refused: string[] = [];
  const socket = createSnapshotSocket({
    addressKey: ({ headers }) => String(headers["x-forwarded-for"] ?? "one"),
    refusedForS: () => 0,
    headersOf: () => ["X-Content-Type-Options", "nosniff"],
    onRefused: (reason) => refused.push(reason),
    durations: SERVER_DURATIONS,
    clock,
    log,
    ...overrides,
  });
  if (notice !== null) {
    socket.announce(notice);
  }
  socket.attach(server);
  if (!server.listening) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    await socket.close(0);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { server, clock, socket, port, refused };
}

/** A phone: the messages that it got, and the code with which it was closed. */
async function listen(port: number, options: ClientOptions = {}) {
  const client = new WebSocket(`ws://127.0.0.1:${port}/ws`, options);
  const heard: unknown[] = [];
  const end: { code: number | null } = { code: null };
  client.on("message", (data) => heard.push(JSON.parse(String(data))));
  client.on("close", (code) => {
    end.code = code;
  });
  client.on("error", () => {});
  onTestFinished(() => client.terminate());
  await once(client, "open");
  return { client, heard, end };
}

/** Asks for an upgrade, and returns the error response. */
async function refusedUpgrade(port: number, path: string) {
  const asked = request({
    port,
    host: "127.0.0.1",
    path,
    headers: {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    },
  });
  asked.end();
  const [response] = await once(asked, "response");
  let body = "";
  for await (const chunk of response) {
    body += chunk;
  }
  const { statusCode: status, headers } = response as IncomingMessage;
  return { status, body, retryAfter: headers["retry-after"] };
}

const UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\n";

/** Sends this, and returns everything that comes until the connection ends. */
async function exchange(port: number, text: string): Promise<string> {
  const raw = connect(port, "127.0.0.1");
  raw.write(text);
  let answer = "";
  for await (const chunk of raw) {
    answer += chunk;
  }
  return answer;
}

describe("a subscriber", () => {
  it("gets the notice of the current snapshot on connecting, and one of every new snapshot", async () => {
    const { socket, port } = await start();
    const phones = [await listen(port), await listen(port)];
    socket.announce({ ...FIRST, sequence: 8, etag: '"def"' });
    for (const { heard } of phones) {
      await expect
        .poll(() => heard)
        .toEqual([
          { type: "snapshot", sequence: 7, timestamp: 1_749_556_805, etag: '"abc"' },
          { type: "snapshot", sequence: 8, timestamp: 1_749_556_805, etag: '"def"' },
        ]);
    }
  });

  it("gets nothing on connecting while there is no snapshot, and then the notice of the first one", async () => {
    const { socket, port } = await start({ notice: null });
    const { client, heard } = await listen(port);
    client.send('{"type":"ping"}');
    await expect.poll(() => heard).toEqual([{ type: "pong" }]);
    socket.announce(FIRST);
    await expect.poll(() => heard[1]).toMatchObject({ type: "snapshot", sequence: 7 });
  });

  it("gets a heartbeat every 30 s, for as long as it answers ping frames", async () => {
    const { clock, port, socket, server } = await start({ notice: null });
    let frames = 0;
    server.on("upgrade", (_, stream) => {
      stream.on("data", () => {
        frames += 1;
      });
    });
    const { heard } = await listen(port);
    await clock.advance(29_999);
    expect(heard).toEqual([]);
    for (let beats = 1; beats <= 4; beats += 1) {
      await clock.advance(beats === 1 ? 1 : 30_000);
      await expect.poll(() => heard).toEqual(Array.from({ length: beats }, () => HEARTBEAT));
      await expect.poll(() => frames).toBe(beats);
    }
    expect(socket.connections()).toBe(1);
  });

  it("is dropped when it is silent from one heartbeat to the next", async () => {
    const { clock, port, socket } = await start();
    const silent = await listen(port, { autoPong: false });
    const talking = await listen(port, { autoPong: false });
    await clock.advance(30_000);
    await expect.poll(() => talking.heard).toContainEqual(HEARTBEAT);
    talking.client.send('{"type":"ping"}');
    await expect.poll(() => talking.heard).toContainEqual({ type: "pong" });
    await clock.advance(30_000);
    await expect.poll(() => silent.end.code).toBe(1006);
    expect(socket.connections()).toBe(1);
    expect(talking.end.code).toBeNull();
  });

  it("gets a pong for each ping, and nothing for anything else", async () => {
    const { port } = await start({ notice: null });
    const { client, heard } = await listen(port);
    for (const text of ["", "hello", "null", "[]", '{"type":"pong"}', "{", '"ping"']) {
      client.send(text);
    }
    client.send(Buffer.from([0xff, 0xfe]));
    client.send('{"type":"ping"}');
    client.send('{"type":"ping","id":1}');
    await expect.poll(() => heard).toEqual([{ type: "pong" }, { type: "pong" }]);
  });

  it("is dropped when it sends a message that is too long, or too many, and the others are not", async () => {
    const { port, socket } = await start();
    const [long, loud, other] = [await listen(port), await listen(port), await listen(port)];
    long.client.send("x".repeat(1025));
    for (let index = 0; index <= 60; index += 1) {
      loud.client.send('{"type":"ping"}');
    }
    await expect.poll(() => [long.end.code, loud.end.code]).toEqual([1009, 1008]);
    expect(loud.heard.filter((message) => JSON.stringify(message) === '{"type":"pong"}')).toHaveLength(60);
    expect(other.end.code).toBeNull();
    expect(socket.connections()).toBe(1);
  });

  it("is dropped when it sends too many ping frames, and cut off when it does not stop", async () => {
    const { port, socket } = await start();
    const [some, flood] = [await listen(port), await listen(port)];
    let pongs = 0;
    some.client.on("pong", (data) => {
      if (String(data) === "still there?") {
        pongs += 1;
      }
    });
    for (let index = 0; index <= 60; index += 1) {
      some.client.ping("still there?");
    }
    for (let index = 0; index < 10_000; index += 1) {
      flood.client.ping();
    }
    await expect.poll(() => [some.end.code, socket.connections()]).toEqual([1008, 0]);
    expect(pongs).toBe(60);
    expect(flood.end.code).not.toBeNull();
  });

  it("is dropped when it does not read, before too much waits for it; the others get everything", async () => {
    const { port, socket } = await start({ notice: null });
    const slow = await listen(port);
    const quick = await listen(port);
    slow.client.pause();
    // Long, so that the operating system's buffer for a receiver is soon full.
    const notice = { ...FIRST, etag: "x".repeat(4000) };
    let sent = 0;
    while (socket.connections() === 2 && sent < 30_000) {
      for (let index = 0; index < 10; index += 1) {
        socket.announce(notice);
      }
      sent += 10;
      await expect.poll(() => quick.heard.length, { interval: 1 }).toBe(sent);
    }
    expect(socket.connections()).toBe(1);
    expect(quick.end.code).toBeNull();
  });
});

describe("an upgrade", () => {
  it.each(["/", "/ws/", "/wss", "/api/snapshot", "//ws"])("to %s is refused with 404", async (path) => {
    const { port } = await start();
    const { status, body } = await refusedUpgrade(port, path);
    expect(status).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ status: "error", error: "not_found" });
  });

  it("to another protocol is ignored, as any server may, and the request gets its response", async () => {
    const { port } = await start();
    const h2c = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n";
    const answer = await exchange(port, `GET /api HTTP/1.1\r\nHost: x\r\n${h2c}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/\r\nConnection: close\r\n/);
    expect(answer).toContain("plain http");
  });

  it("to another protocol is cut off like other requests when its response is not read", async () => {
    const handler = (_: unknown, response: ServerResponse) => void response.end(Buffer.alloc(20_000_000));
    const listener = await listenHttp({
      host: "127.0.0.1",
      port: 0,
      handler,
      cutOff: (socket) => socket.destroy(),
      durations: { ...SERVER_DURATIONS, stalledMs: 50 },
      clock: createFakeClock(),
    });
    onTestFinished(() => listener.close(0));
    const { port } = await start({ server: listener.server });
    const raw = connect(port, "127.0.0.1").pause();
    onTestFinished(() => void raw.destroy());
    const [accepted] = (await once(listener.server, "connection")) as [Socket];
    const closed = once(accepted, "close");
    raw.write("GET /api HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
    await closed;
    expect(accepted.destroyed).toBe(true);
  });

  it("with a query is accepted: a page may want to get around a cache", async () => {
    const { port } = await start();
    const client = new WebSocket(`ws://127.0.0.1:${port}/ws?t=1`);
    await once(client, "open");
    client.terminate();
  });

  it("beyond the limit is refused with 503, until a subscriber has left", async () => {
    const { port, socket, refused } = await start({ maxConnections: 2 });
    const first = await listen(port);
    await listen(port);
    const { status, body, retryAfter } = await refusedUpgrade(port, "/ws");
    expect([status, retryAfter]).toEqual([503, "30"]);
    expect(JSON.parse(body)).toMatchObject({ error: "too_many_connections" });
    expect(refused).toEqual(["too_many_connections"]);
    first.client.close();
    await expect.poll(() => socket.connections()).toBe(1);
    await listen(port);
    expect(socket.connections()).toBe(2);
  });

  it("from an address that has a hundred is refused with 429 until one of them is closed; others are accepted", async () => {
    const { port, socket, refused } = await start();
    const ofOne = await Promise.all(Array.from({ length: 100 }, () => listen(port)));
    await listen(port, { headers: { "x-forwarded-for": "another" } });
    const { status, body, retryAfter } = await refusedUpgrade(port, "/ws");
    expect([status, retryAfter]).toEqual([429, "30"]);
    expect(JSON.parse(body)).toMatchObject({ error: "too_many_connections_of_address" });
    expect(refused).toEqual(["too_many_connections_of_address"]);
    ofOne[0]?.client.close();
    await expect.poll(() => socket.connections()).toBe(100);
    await listen(port);
  });

  it.each(["/ws", "/elsewhere"])("to %s beyond the rate limit is refused with 429", async (path) => {
    const { port, refused } = await start({ refusedForS: (address) => (address === "one" ? 17 : 0) });
    const { status, body, retryAfter } = await refusedUpgrade(port, path);
    expect([status, retryAfter]).toEqual([429, "17"]);
    expect(JSON.parse(body)).toMatchObject({ error: "rate_limited" });
    expect(refused).toEqual(["rate_limited"]);
    await listen(port, { headers: { "x-forwarded-for": "another" } });
  });

  it.each([
    ["without a key", "Sec-WebSocket-Version: 13"],
    ["with an invalid key", "Sec-WebSocket-Key: short\r\nSec-WebSocket-Version: 13"],
    ["of an unknown version", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 99"],
    [
      "with invalid protocols",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ,",
    ],
  ])("%s is refused with 400, and counted", async (_, headers) => {
    const { port, refused } = await start();
    const answer = await exchange(port, `GET /ws HTTP/1.1\r\nHost: x\r\n${UPGRADE}${headers}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    for (const header of [
      "Content-Type: application/json",
      "Cache-Control: no-store",
      "Sec-WebSocket-Version: 13",
      "X-Content-Type-Options: nosniff",
    ]) {
      expect(answer).toContain(`\r\n${header}`);
    }
    expect(JSON.parse(answer.split("\r\n\r\n", 2)[1] ?? "")).toMatchObject({ status: "error", error: "bad_handshake" });
    expect(refused).toEqual(["bad_handshake"]);
    expect(await (await fetch(`http://127.0.0.1:${port}/ws`)).text()).toBe("plain http");
  });

  it.each(["POST", "DELETE"])(
    "by %s is not a handshake, and gets the response of an ordinary request",
    async (method) => {
      const { port } = await start();
      const answer = await exchange(port, `${method} /ws HTTP/1.1\r\nHost: x\r\n${UPGRADE}\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n.*plain http$/s);
    },
  );
});

describe("closing", () => {
  it("tells subscribers that the server goes away, and resolves when all have closed", async () => {
    const { port, socket } = await start();
    const { end } = await listen(port);
    await socket.close(1000);
    expect(socket.connections()).toBe(0);
    await expect.poll(() => end.code).toBe(1001);
  });

  it("cuts off subscribers that do not close in time", async () => {
    const { port, socket, clock } = await start();
    const { client } = await listen(port);
    client.pause();
    const closed = socket.close(1000);
    await clock.advance(999);
    expect(socket.connections()).toBe(1);
    await clock.advance(1);
    await closed;
    expect(socket.connections()).toBe(0);
  });

  it("takes no more upgrades", async () => {
    const { port, socket } = await start();
    await socket.close(0);
    const client = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    await expect(once(client, "open")).rejects.toThrow("socket hang up");
  });
});
