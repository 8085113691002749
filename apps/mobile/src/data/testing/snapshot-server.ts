import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { PageSnapshot } from "@pulseboard/snapshot";
import { WebSocketServer } from "ws";

/** A real server on a real port that answers `/api/snapshot` and `/ws` as Pulseboard's does. */
export interface SnapshotServer {
  readonly url: string;
  readonly publish: (snapshot: PageSnapshot) => void;
  readonly requests: () => number;
  /** Ends without closing anything properly, as a crash does. */
  readonly kill: () => Promise<void>;
  /** Starts again on the same port. */
  readonly restart: () => Promise<void>;
}

export async function startSnapshotServer(first: PageSnapshot): Promise<SnapshotServer> {
  let snapshot = first;
  let requests = 0;
  let server: Server;
  let sockets: WebSocketServer;
  let port = 0;
  const notification = () =>
    JSON.stringify({ type: "snapshot", sequence: snapshot.sequence, timestamp: snapshot.timestamp });
  const start = async (): Promise<void> => {
    server = createServer((request, response) => {
      requests += 1;
      const etag = `"${snapshot.sequence}"`;
      const age = Math.floor((Date.now() - Date.parse(snapshot.generated_at)) / 1000);
      response.setHeader("ETag", etag).setHeader("X-Snapshot-Age", String(age));
      if (request.headers["if-none-match"] === etag) {
        response.writeHead(304).end();
      } else {
        response.end(JSON.stringify(snapshot));
      }
    });
    sockets = new WebSocketServer({ server, path: "/ws" });
    sockets.on("connection", (socket) => socket.send(notification()));
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    publish: (next) => {
      snapshot = next;
      for (const socket of sockets.clients) {
        socket.send(notification());
      }
    },
    requests: () => requests,
    kill: async () => {
      for (const socket of sockets.clients) {
        socket.terminate();
      }
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    restart: start,
  };
}
