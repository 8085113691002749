import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { systemClock } from "@pulseboard/runtime";
import { describe, expect, it, onTestFinished } from "vitest";
import { createHttpClient, readServerAddress } from "./http-client.ts";

describe("the address of a server", () => {
  it.each([
    ["http://127.0.0.1:8002", "http://127.0.0.1:8002"],
    ["https://example.org/pulse/", "https://example.org/pulse"],
    ["http://[::1]:8002/", "http://[::1]:8002"],
  ])("%s", (text, base) => {
    expect(readServerAddress(text)).toEqual({ base, headers: {} });
  });

  it("keeps a user and a password out of what is shown", () => {
    expect(readServerAddress("https://me:p%40ss@example.org")).toEqual({
      base: "https://example.org",
      headers: { authorization: `Basic ${Buffer.from("me:p@ss").toString("base64")}` },
    });
  });

  it.each(["", "8002", "127.0.0.1:8002", "ftp://example.org", "http://example.org/?a=1"])("is not %j", (text) => {
    expect(readServerAddress(text)).toBeNull();
  });
});

async function clientOf(listener: RequestListener, giveUpAfterMs = 5_000) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pulse`;
  return createHttpClient({
    address: { base, headers: { authorization: "Basic x" } },
    clock: systemClock,
    giveUpAfterMs,
  });
}

describe("a request", () => {
  it("goes below the path of the address, with its authorization, and its body is read", async () => {
    const client = await clientOf(({ url, headers }, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end(gzipSync(JSON.stringify({ url, authorization: headers.authorization })));
    });
    expect(await client.ask("/healthz")).toMatchObject({
      status: 200,
      body: { url: "/pulse/healthz", authorization: "Basic x" },
    });
  });

  it("is given up when the headers or the body do not come", async () => {
    const silent = await clientOf(() => {}, 50);
    expect(await silent.ask("/")).toMatchObject({
      status: null,
      wasConnected: true,
      reason: "no answer within 0.05 s",
    });
    const stalled = await clientOf((_request, response) => void response.write("{"), 200);
    expect(await stalled.ask("/")).toMatchObject({ status: null, wasConnected: true });
  });

  it("has no body where there is no JSON, and no answer where it is endless or cut off", async () => {
    const html = await clientOf((_request, response) => void response.end("<html>"));
    expect(await html.ask("/")).toMatchObject({ status: 200, body: undefined });
    const endless = await clientOf((_request, response) => void response.end(Buffer.alloc(5 * 1024 * 1024, " ")));
    expect(await endless.ask("/")).toMatchObject({ status: null, reason: "the answer is longer than 4194304 bytes" });
    const cut = await clientOf((_request, response) => {
      response.writeHead(200, { "content-length": "10" });
      response.write("{", () => response.destroy());
    });
    expect(await cut.ask("/")).toMatchObject({ status: null, wasConnected: true });
  });
});
