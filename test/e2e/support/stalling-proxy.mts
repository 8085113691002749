import { createServer, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands between a worker and its exchange. */
export interface StallingProxy {
  readonly url: string;
  /** The headers of the first request that has come. */
  firstHeaders(): IncomingHttpHeaders | null;
  /** From now on answers to this path stop in the middle of their body, and their connections stay open; null: none. */
  stall(path: string | null): void;
  /** How many answers were stopped, and how many of their connections the asker has closed by now. */
  counts(): { readonly stalled: number; readonly closed: number };
  close(): void;
}

export async function startStallingProxy(target: string): Promise<StallingProxy> {
  let stalledPath: string | null = null;
  let first: IncomingHttpHeaders | null = null;
  const counts = { stalled: 0, closed: 0 };
  const server = createServer((request, response) => {
    first ??= request.headers;
    const isStalled = stalledPath !== null && request.url?.startsWith(stalledPath) === true;
    const { method, headers } = request;
    const onward = httpRequest(`${target}${request.url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (!isStalled) {
        answer.pipe(response);
        return;
      }
      counts.stalled += 1;
      response.once("close", () => {
        counts.closed += 1;
      });
      answer.once("data", (chunk: Buffer) => response.write(chunk.subarray(0, chunk.length / 2)));
    });
    onward.once("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    firstHeaders: () => first,
    stall: (path) => {
      stalledPath = path;
    },
    counts: () => ({ ...counts }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
