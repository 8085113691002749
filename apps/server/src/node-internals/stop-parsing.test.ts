import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { destroyUnparsed } from "./stop-parsing.ts";

const REQUESTS = 500;

/** How many of many requests in one packet Node parses when the first one ends its connection. */
async function parsedRequests(endConnection: (socket: Socket) => void): Promise<number> {
  let parsed = 0;
  const server = createServer(({ socket }) => {
    parsed += 1;
    endConnection(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.on("error", () => {});
  client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(REQUESTS));
  client.resume();
  await once(client, "close");
  return parsed;
}

it("Node parses nothing behind the request whose connection is destroyed", async () => {
  expect(await parsedRequests(destroyUnparsed)).toBe(1);
});

it("Node would parse everything with an ordinary destroy: when this fails, the hack can go", async () => {
  expect(await parsedRequests((socket) => socket.destroy())).toBe(REQUESTS);
});
