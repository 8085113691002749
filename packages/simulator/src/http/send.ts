import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";

const gzipAsync = promisify(gzip);
/** Smaller bodies are not worth compressing. */
const GZIP_FROM_BYTES = 1024;

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Market ms per ms of the answer's moment, 0 where the market stands still: what the exchange's own time is judged by. */
export const MARKET_SPEED_HEADER = "x-pulseboard-market-speed";

export const JSON_TYPE = "application/json; charset=utf-8";

export function jsonReply(value: unknown, status = 200): Reply {
  return { status, contentType: JSON_TYPE, body: JSON.stringify(value) };
}

/** Marks every answer, so that the simulator cannot be taken for the real exchange. */
const SIMULATOR_HEADER = { "x-pulseboard-simulator": "1" };

/** Sends a whole reply, gzipped when the client accepts that and the body is large enough. */
export async function send(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  const plain = Buffer.from(reply.body, "utf8");
  const zipped = plain.length >= GZIP_FROM_BYTES && acceptsGzip(request);
  const bytes = zipped ? await gzipAsync(plain, { level: constants.Z_BEST_SPEED }) : plain;
  response.writeHead(reply.status, {
    "content-type": reply.contentType,
    ...SIMULATOR_HEADER,
    ...(zipped ? { "content-encoding": "gzip", vary: "accept-encoding" } : {}),
    ...reply.headers,
    "content-length": bytes.length,
  });
  response.end(bytes);
}

function acceptsGzip(request: IncomingMessage): boolean {
  const accepted = String(request.headers["accept-encoding"] ?? "");
  return /\bgzip\b(?!\s*;\s*q=0(\.0+)?\s*(,|$))/.test(accepted);
}
