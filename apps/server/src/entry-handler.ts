import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "@pulseboard/runtime";
import type { Client } from "./http/client-address.ts";
import type { CorsHeaders } from "./http/cors.ts";
import { internalErrorResponse } from "./http/internal-error.ts";
import {
  errorResponse,
  type PreparedResponse,
  SERVER_OPTIONS,
  sendResponse,
  withHeaders,
} from "./http/prepared-response.ts";
import type { RequestLimiter } from "./http/rate-limit.ts";
import { closingUnreadBody } from "./http/request-body.ts";
import { targetError } from "./http/request-target.ts";
import { TLS_HEADERS } from "./http/security-headers.ts";
import type { RequestCounts } from "./metrics/request-counts.ts";
import { createShapeKeeper } from "./node-internals/keep-message-shapes.ts";
import type { RespondFromSnapshot } from "./snapshot/respond-from-snapshot.ts";

export interface EntryHandlerOptions {
  /** Null for no limit. */
  readonly limiter: RequestLimiter | null;
  readonly client: Client;
  readonly corsHeaders: CorsHeaders;
  readonly respondFromSnapshot: RespondFromSnapshot;
  /** Express, for everything but plain requests for data. */
  readonly app: (request: IncomingMessage, response: ServerResponse) => void;
  /** Null where there are no metrics. */
  readonly counts: RequestCounts | null;
  readonly log: Logger;
}

interface Exchange {
  readonly path: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The result of `counts.begin`. */
  readonly begunMs: number;
}

const RATE_LIMITED = errorResponse(
  429,
  "rate_limited",
  "Too many requests from this address. Retry-After says when to try again.",
);

/**
 * Creates the front controller: the handler that sees every request first. It applies the rate limit to all of them, and responds to
 * requests for the snapshot, which nearly all are, without Express, which would cost several times as much as the response.
 */
export function createEntryHandler(
  options: EntryHandlerOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { limiter, client, corsHeaders, respondFromSnapshot, app, counts, log } = options;
  const keepShapes = createShapeKeeper();

  /** Null for requests that are left to Express. */
  const respond = (path: string, request: IncomingMessage): PreparedResponse | Promise<PreparedResponse> | null => {
    const refusedForS = limiter === null ? 0 : limiter.refusedForS(client.addressKey(request));
    if (refusedForS > 0) {
      return complete(withHeaders(RATE_LIMITED, ["Retry-After", String(refusedForS)]), request);
    }
    const badTarget = targetError(request);
    if (badTarget !== null) {
      return complete(badTarget, request);
    }
    if (path === "*") {
      return complete(SERVER_OPTIONS, request);
    }
    return announcesBody(request) ? null : respondFromSnapshot(path, request);
  };

  /** Adds the headers that every response has; a body that comes with the request is not waited for. */
  const complete = (response: PreparedResponse, request: IncomingMessage): PreparedResponse => {
    const tls = client.isBehindTls(request) ? TLS_HEADERS : [];
    return closingUnreadBody(withHeaders(response, [...tls, ...corsHeaders(request.headers.origin)]), request);
  };

  const send = (prepared: PreparedResponse, { path, request, response, begunMs }: Exchange): void => {
    keepShapes(request, response);
    sendResponse(response, prepared);
    counts?.answered(path, request.method, prepared, begunMs);
  };

  /** A defect costs this one response, not the process. */
  const sendInternalError = (err: unknown, exchange: Exchange): void => {
    const prepared = internalErrorResponse(err, { path: exchange.path, log });
    if (exchange.response.headersSent) {
      exchange.response.destroy();
    } else {
      send(complete(prepared, exchange.request), exchange);
    }
  };

  const sendLater = async (pending: Promise<PreparedResponse>, exchange: Exchange): Promise<void> => {
    try {
      send(await pending, exchange);
    } catch (err) {
      sendInternalError(err, exchange);
    }
  };

  return (request, response) => {
    const begunMs = counts === null ? 0 : counts.begin();
    const exchange = { path: pathOf(request.url ?? ""), request, response, begunMs };
    try {
      const prepared = respond(exchange.path, request);
      if (prepared === null) {
        counts?.leftToApp(exchange.path, response, begunMs);
        app(request, response);
      } else if (prepared instanceof Promise) {
        void sendLater(prepared, exchange);
      } else {
        send(prepared, exchange);
      }
    } catch (err) {
      sendInternalError(err, exchange);
    }
  };
}

/** The request's address without the query. */
function pathOf(target: string): string {
  const end = target.indexOf("?");
  return end === -1 ? target : target.slice(0, end);
}

/** Tells whether the headers announce a body, even an empty one. */
function announcesBody({ headers }: IncomingMessage): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}
