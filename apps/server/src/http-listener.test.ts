import { once } from "node:events";
import { Agent, get, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { systemClock } from "@pulseboard/runtime";
import { describe, expect, it, onTestFinished } from "vitest";
import { CONNECTION_LIMITS, type HttpListener, listen } from "./http-listener.ts";
import { ServerError } from "./server-error.ts";

const ENDS_MS = 4000;

/** A listener whose requests wait until the test answers them. */
async function listenAndHold() {
  const held: ServerResponse[] = [];
  const handler = (_: unknown, response: ServerResponse) => void held.push(response);
  const listener = await listen({ host: "127.0.0.1", port: 0, clock: systemClock, handler });
  onTestFinished(() => listener.close(0));
  const nextRequest = async (count: number) => expect.poll(() => held.length).toBe(count);
  return { listener, held, nextRequest };
}

async function openSocket({ url }: HttpListener): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** How long `close` took, ms. */
async function closingTime(listener: HttpListener, graceMs: number): Promise<number> {
  const startMs = performance.now();
  await listener.close(graceMs);
  return performance.now() - startMs;
}

describe("an address that cannot be had", () => {
  it("is one clear error that names the port and the variable to change", async () => {
    const { listener } = await listenAndHold();
    const port = Number(new URL(listener.url).port);
    const again = listen({ host: "127.0.0.1", port, clock: systemClock, handler: () => {} });
    await expect(again).rejects.toThrow(ServerError);
    await expect(again).rejects.toMatchObject({
      code: "port_in_use",
      message: `Port ${port} on 127.0.0.1 is in use by another program`,
      hint: expect.stringContaining("PORT"),
    });
  });

  it("is one clear error also where the host is not one of this machine", async () => {
    const elsewhere = listen({ host: "192.0.2.1", port: 0, clock: systemClock, handler: () => {} });
    await expect(elsewhere).rejects.toMatchObject({ code: "cannot_listen", hint: "Check HOST and PORT." });
  });
});

describe("clients that take more than their share", () => {
  /** As slow as the real limits, in a tenth of a second. */
  const limits = {
    headersMs: 200,
    requestMs: 300,
    checkEveryMs: 50,
    stalledMs: 300,
    keepAliveMs: 400,
    connections: 40,
    requestsAhead: 4,
  };

  async function listenWithLimits(onDropped: (reason: string) => void = () => {}) {
    const handler = (_: unknown, response: ServerResponse) => void response.end("served");
    const listener = await listen({ host: "127.0.0.1", port: 0, clock: systemClock, handler, limits, onDropped });
    onTestFinished(() => listener.close(0));
    return listener;
  }

  /** What came until the server ended the connection. */
  async function untilEnded(socket: Socket): Promise<string> {
    let received = "";
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString();
    });
    // Who still writes when the other side has hung up gets an error; that is the point.
    socket.on("error", () => {});
    await once(socket, "close");
    return received;
  }

  it("a header that drips is cut off, and others are served meanwhile", async () => {
    const listener = await listenWithLimits();
    const drips = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const socket = await openSocket(listener);
        socket.write("GET / HTTP/1.1\r\nHost: x\r\n");
        const timer = setInterval(() => socket.write("X-Drip: 1\r\n"), 20);
        socket.once("close", () => clearInterval(timer));
        return socket;
      }),
    );
    const ended = Promise.all(drips.map(untilEnded));
    expect(await (await fetch(listener.url)).text()).toBe("served");
    for (const received of await ended) {
      expect(received).toMatch(/^HTTP\/1\.1 408 /);
    }
    expect(await (await fetch(listener.url)).text()).toBe("served");
  });

  it("a body that drips is cut off", async () => {
    const listener = await listenWithLimits();
    const socket = await openSocket(listener);
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
    const timer = setInterval(() => socket.write("x"), 20);
    await untilEnded(socket);
    clearInterval(timer);
  });

  it.each([
    ["a connection that never asks anything", ""],
    ["a connection that idles after an answer", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"],
  ])("%s is closed", async (_, request) => {
    const socket = await openSocket(await listenWithLimits());
    socket.write(request);
    await untilEnded(socket);
  });

  it("connections beyond the cap are closed as they come, and there is room again when others have gone", async () => {
    const dropped: string[] = [];
    const listener = await listenWithLimits((reason) => dropped.push(reason));
    const first = await Promise.all(Array.from({ length: limits.connections }, () => openSocket(listener)));
    expect(dropped).toEqual([]);
    await untilEnded(await openSocket(listener));
    await untilEnded(await openSocket(listener));
    expect(dropped).toEqual(["connections", "connections"]);
    for (const socket of first) {
      socket.destroy();
    }
    await expect.poll(async () => (await fetch(listener.url).catch(() => null))?.status).toBe(200);
  });

  it("requests ahead of their answers are answered in order, up to a limit; with more, the connection is cut off", async () => {
    const dropped: string[] = [];
    const listener = await listenWithLimits((reason) => dropped.push(reason));
    const requests = (count: number) => "GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(count);
    const socket = await openSocket(listener);
    for (let round = 1; round <= 3; round++) {
      let received = "";
      const read = (chunk: Buffer) => {
        received += chunk.toString();
      };
      socket.on("data", read);
      socket.write(requests(5));
      await expect.poll(() => received.split("served").length - 1).toBe(5);
      socket.off("data", read);
    }
    expect(dropped).toEqual([]);
    let parsed = 0;
    listener.server.on("request", () => {
      parsed += 1;
    });
    const greedy = await openSocket(listener);
    greedy.write(requests(1000));
    await untilEnded(greedy);
    expect(dropped).toEqual(["requests_ahead"]);
    // What comes behind is not even read: it would take memory before anything of it can be freed.
    expect(parsed).toBeLessThan(10);
    expect(await (await fetch(listener.url)).text()).toBe("served");
  });

  it("an expectation that is not ours is met by the answer", async () => {
    const socket = await openSocket(await listenWithLimits());
    socket.write("GET / HTTP/1.1\r\nHost: x\r\nExpect: a-miracle\r\nConnection: close\r\n\r\n");
    expect(await untilEnded(socket)).toMatch(/^HTTP\/1\.1 200 [\s\S]*served$/);
  });

  it("the limits that hold are strict, but not for a phone that is far away", () => {
    expect(CONNECTION_LIMITS).toEqual({
      headersMs: 10_000,
      requestMs: 15_000,
      checkEveryMs: 5_000,
      stalledMs: 30_000,
      keepAliveMs: 65_000,
      connections: 5_000,
      requestsAhead: 4,
    });
  });
});

describe("closing", () => {
  it("lets the request at hand finish, and tells its client not to come back on that connection", async () => {
    const { listener, held, nextRequest } = await listenAndHold();
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const answered = new Promise<string>((resolve, reject) => {
      get(listener.url, { agent }, (response) => resolve(text(response))).on("error", reject);
    });
    await nextRequest(1);
    const closed = closingTime(listener, ENDS_MS);
    await systemClock.sleep(50);
    held[0]?.end("late but whole");
    expect(await answered).toBe("late but whole");
    expect(await closed).toBeLessThan(ENDS_MS / 2);
  });

  it("answers a request that was on its way on an idle connection, and tells its client not to come back", async () => {
    const { listener, held, nextRequest } = await listenAndHold();
    const [kept, fresh] = [await openSocket(listener), await openSocket(listener)];
    kept.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await nextRequest(1);
    held[0]?.end("first");
    await once(kept, "data");
    const closed = closingTime(listener, ENDS_MS);
    for (const [index, socket] of [kept, fresh].entries()) {
      socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await nextRequest(2 + index);
      held[1 + index]?.end("second");
      const [answer] = (await once(socket, "data")) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*Connection: close/i);
    }
    expect(await closed).toBeLessThan(ENDS_MS / 2);
  });

  it("leaves the headers of such an answer as they are", async () => {
    const { listener, held, nextRequest } = await listenAndHold();
    const socket = await openSocket(listener);
    const closed = listener.close(ENDS_MS);
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await nextRequest(1);
    held[0]?.writeHead(200, ["Vary", "Accept-Encoding", "Vary", "Origin"]).end("both");
    expect(await text(socket)).toMatch(/Vary: Accept-Encoding\r\nVary: Origin\r\n[\s\S]*Connection: close\r\n/);
    await closed;
  });

  it("does not wait for connections that idle between requests", async () => {
    const { listener, held, nextRequest } = await listenAndHold();
    const socket = await openSocket(listener);
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await nextRequest(1);
    held[0]?.end("done");
    await once(socket, "data");
    expect(await closingTime(listener, ENDS_MS)).toBeLessThan(ENDS_MS / 2);
  });

  it("does not wait for connections that never asked anything, or did not finish asking", async () => {
    const { listener } = await listenAndHold();
    await openSocket(listener);
    (await openSocket(listener)).write("GET / HTTP/1.1\r\nHost:");
    await systemClock.sleep(20);
    expect(await closingTime(listener, ENDS_MS)).toBeLessThan(ENDS_MS / 2);
  });

  it("ends a request that takes longer than the grace", async () => {
    const { listener, nextRequest } = await listenAndHold();
    const failed = new Promise((resolve) => get(listener.url).on("error", resolve));
    await nextRequest(1);
    const tookMs = await closingTime(listener, 100);
    expect(tookMs).toBeGreaterThan(90);
    expect(tookMs).toBeLessThan(ENDS_MS);
    expect(await failed).toMatchObject({ code: "ECONNRESET" });
  });

  it("takes no new connections", async () => {
    const { listener } = await listenAndHold();
    await listener.close(0);
    await expect(openSocket(listener)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
