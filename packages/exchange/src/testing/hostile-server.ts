import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Monotonic, ms. */
  readonly atMs: number;
}

export type Handler = (response: ServerResponse, request: ReceivedRequest, raw: IncomingMessage) => void;

/** A server on 127.0.0.1 that does whatever a test tells it to. */
export interface HostileServer extends AsyncDisposable {
  readonly url: string;
  /** Everything that arrived, oldest first. */
  readonly received: readonly ReceivedRequest[];
  countOf(path: string): number;
  setHandler(handler: Handler): void;
}

export async function startHostileServer(initial: Handler): Promise<HostileServer> {
  let handler = initial;
  const received: ReceivedRequest[] = [];
  const server = createServer((raw, response) => {
    const { pathname, searchParams } = new URL(raw.url ?? "/", "http://localhost");
    const request = { path: pathname, query: searchParams, atMs: performance.now() };
    received.push(request);
    handler(response, request, raw);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    countOf: (path) => received.filter((request) => request.path === path).length,
    setHandler: (next) => {
      handler = next;
    },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

export function sendText(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, headers).end(body);
}

export function sendJson(response: ServerResponse, body: unknown): void {
  sendText(response, 200, JSON.stringify(body), { "content-type": "application/json" });
}

/** The exchange's envelope around `result`. */
export function envelope(result: unknown, timeMs: number): object {
  return { retCode: 0, retMsg: "OK", result, retExtInfo: {}, time: timeMs };
}
