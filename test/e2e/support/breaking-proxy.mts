import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket, WebSocketServer } from "ws";

// biome-ignore lint/suspicious/noExplicitAny: tests reach into bodies at will.
type Body = any;

/** How a server is broken; what is left out is passed on as it is. */
export interface Breakage {
  /** Answered instead of the server's own status. */
  readonly status?: (path: string) => number | null;
  readonly delayMs?: (path: string) => number;
  /** Changes a JSON body in place, or returns another. */
  readonly body?: (path: string, body: Body) => Body;
  /** Headers that do not come through, in either direction. */
  readonly dropHeaders?: readonly string[];
  /** Changes a message of the WebSocket; null lets it vanish. */
  readonly message?: (message: Body) => Body | null;
  /** No request gets an answer while it is true. */
  readonly hangs?: () => boolean;
}

export interface BreakingProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** A server in front of another that breaks its answers in one way. */
export async function startBreakingProxy(target: string, breakage: Breakage): Promise<BreakingProxy> {
  const server = createServer((incoming, response) => {
    answer(target, breakage, incoming, response).catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on("connection", (client, { url = "/" }) => {
    const upstream = new WebSocket(target.replace("http", "ws") + url);
    upstream.on("message", (data) => {
      const changed = breakage.message === undefined ? data.toString() : relayed(breakage.message, data.toString());
      if (changed !== null) {
        client.send(changed);
      }
    });
    client.on("close", () => upstream.terminate());
    upstream.on("error", () => client.terminate());
    upstream.on("close", () => client.terminate());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const client of sockets.clients) {
        client.terminate();
      }
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(target: string, breakage: Breakage, incoming: IncomingMessage, response: ServerResponse) {
  const path = incoming.url ?? "/";
  if (breakage.hangs?.()) {
    return;
  }
  await delay(breakage.delayMs?.(path) ?? 0);
  const dropped = new Set(breakage.dropHeaders);
  const headers = Object.entries(incoming.headers).filter(([name]) => !dropped.has(name) && name !== "accept-encoding");
  const upstream = await new Promise<IncomingMessage>((resolve, reject) => {
    request(target + path, { agent: false, headers: Object.fromEntries(headers) })
      .once("response", resolve)
      .once("error", reject)
      .end();
  });
  const bytes = await buffer(upstream);
  const isChanged = breakage.body !== undefined && bytes.length > 0;
  const body = isChanged ? JSON.parse(bytes.toString()) : null;
  const sent = isChanged ? JSON.stringify(breakage.body?.(path, body) ?? body) : bytes;
  for (const [name, value] of Object.entries(upstream.headers)) {
    if (value !== undefined && !dropped.has(name) && !["content-length", "connection"].includes(name)) {
      response.setHeader(name, value);
    }
  }
  response.statusCode = breakage.status?.(path) ?? upstream.statusCode ?? 0;
  response.end(response.statusCode === 304 ? undefined : sent);
}

function relayed(change: (message: Body) => Body | null, text: string): string | null {
  const changed = change(JSON.parse(text));
  return changed === null ? null : JSON.stringify(changed);
}
