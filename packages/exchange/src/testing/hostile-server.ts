import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ReceivedRequest } from "./test-response.ts";

export type Handler = (response: ServerResponse, request: ReceivedRequest, raw: IncomingMessage) => void;

/** A server on 127.0.0.1 that does whatever a test wants. */
export interface HostileServer extends AsyncDisposable {
  readonly url: string;
  /** Everything that arrived, oldest first. */
  readonly received: readonly ReceivedRequest[];
  countOf(path: string): number;
  /** Resolves with the next request of `path`, once its handler has run. */
  nextRequest(path: string): Promise<void>;
  setHandler(handler: Handler): void;
}

export async function startHostileServer(initial: Handler): Promise<HostileServer> {
  let handler = initial;
  const received: ReceivedRequest[] = [];
  const waiting = new Map<string, (() => void)[]>();
  const server = createServer((raw, response) => {
    const { pathname, searchParams } = new URL(raw.url ?? "/", "http://localhost");
    const request = { path: pathname, query: searchParams };
    received.push(request);
    handler(response, request, raw);
    for (const resolve of waiting.get(pathname)?.splice(0) ?? []) {
      resolve();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    countOf: (path) => received.filter((request) => request.path === path).length,
    nextRequest: (path) =>
      new Promise((resolve) => {
        waiting.set(path, [...(waiting.get(path) ?? []), resolve]);
      }),
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
