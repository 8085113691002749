import type { IncomingMessage } from "node:http";
import type { Build, Logger, Metrics } from "@pulseboard/runtime";
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from "express";
import { docsRouter } from "./docs/docs-router.ts";
import { internalErrorResponse } from "./http/internal-error.ts";
import { refuseMethod, sendError, sendJson } from "./http/json-responses.ts";
import { errorResponse, isRead, type PreparedResponse, sendResponse } from "./http/prepared-response.ts";
import { bodyBytes, bodyError, closingUnreadBody } from "./http/request-body.ts";
import { createPagePolicy, JSON_SECURITY_HEADERS, setHeaders, TLS_HEADERS } from "./http/security-headers.ts";
import type { PageFiles } from "./page/page-files.ts";
import { pageRouter } from "./page/page-router.ts";
import type { Readiness } from "./snapshot/readiness.ts";
import type { RespondFromSnapshot } from "./snapshot/respond-from-snapshot.ts";

export interface AppContext {
  readonly respondFromSnapshot: RespondFromSnapshot;
  readonly readiness: () => Readiness;
  readonly build: Build;
  /** Served at `/metrics`; null when that is not for the public. */
  readonly metrics: Metrics | null;
  readonly isBehindTls: (request: IncomingMessage) => boolean;
  /** The phone page; undefined when none is served. */
  readonly page: PageFiles | undefined;
  /** The folder of the API viewer's files. */
  readonly docsViewerDirectory: string;
  readonly log: Logger;
}

/** Creates the Express app: health, metrics, docs, the page, and every request for data that is not plain. */
export function createApp(context: AppContext): Express {
  const { respondFromSnapshot, readiness, build, metrics, isBehindTls, page, docsViewerDirectory, log } = context;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(refuseMalformed(isBehindTls), async (request, response, next) => {
    const prepared = await respondFromSnapshot(request.path, request);
    if (prepared === null) {
      next();
    } else {
      sendResponse(response, prepared);
    }
  });
  app.use(jsonPolicy(isBehindTls));
  const pagePolicy = forReading(createPagePolicy(isBehindTls));
  if (page !== undefined) {
    app.use(pageRouter(page, pagePolicy));
  }
  app.use(docsRouter({ version: build.version, viewerDirectory: docsViewerDirectory, pagePolicy }));
  const health = { status: "ok", version: build.version, commit: build.commit };
  app.get("/healthz", (_request, response) => sendJson(response, 200, health));
  app.get("/ws", (_request, response) => sendResponse(response, UPGRADE_REQUIRED));
  app.get("/readyz", (_request, response) => {
    const state = readiness();
    sendJson(response, state.status === "ready" ? 200 : 503, state);
  });
  if (metrics !== null) {
    app.get("/metrics", sendMetrics(metrics));
  }
  for (const path of ["/healthz", "/readyz", "/ws", ...(metrics === null ? [] : ["/metrics"])]) {
    app.all(path, refuseMethod);
  }
  app.use((_request, response) => {
    sendError(response, 404, "not_found", "There is nothing at this address.");
  });
  app.use(handleError(log));
  return app;
}

/** Sets the security headers of data; pages replace them with their own. */
function jsonPolicy(isBehindTls: AppContext["isBehindTls"]): RequestHandler {
  return (request, response, next) => {
    setHeaders(response, JSON_SECURITY_HEADERS);
    if (isBehindTls(request)) {
      setHeaders(response, TLS_HEADERS);
    }
    next();
  };
}

/** Applies the policy of pages to GET and HEAD; other methods get a response in JSON. */
function forReading(policy: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (isRead(request)) {
      policy(request, response, next);
    } else {
      next();
    }
  };
}

const BAD_ADDRESS = errorResponse(400, "bad_request", "The address is not valid: percent-encoding must be UTF-8.");
const UNEXPECTED_BODY = errorResponse(400, "bad_request", "A GET request must not have a body.");
const UPGRADE_REQUIRED = errorResponse(
  426,
  "upgrade_required",
  "This address is a WebSocket: connect with ws:// or wss://.",
  ["Upgrade", "websocket", "Connection", "Upgrade, close"],
);

/** Refuses addresses that cannot be decoded, and bodies that nothing here reads. */
function refuseMalformed(isBehindTls: AppContext["isBehindTls"]): RequestHandler {
  return (request, response, next) => {
    const refused = findMalformed(request);
    if (refused === null) {
      return next();
    }
    if (isBehindTls(request)) {
      setHeaders(response, TLS_HEADERS);
    }
    sendResponse(response, refused);
  };
}

function findMalformed(request: Request): PreparedResponse | null {
  if (!isDecodable(request.path)) {
    return closingUnreadBody(BAD_ADDRESS, request);
  }
  if (isRead(request) && bodyBytes(request) > 0) {
    return closingUnreadBody(UNEXPECTED_BODY, request);
  }
  return bodyError(request);
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch (error) {
    if (error instanceof URIError) {
      return false;
    }
    throw error;
  }
}

function sendMetrics(metrics: Metrics): RequestHandler {
  return async (_request, response) => {
    const text = await metrics.text();
    response.setHeader("Content-Type", metrics.contentType);
    response.setHeader("Cache-Control", "no-store");
    response.end(text);
  };
}

function handleError(log: Logger): ErrorRequestHandler {
  // Express recognises an error handler by its four parameters.
  return (err, request, response, _next) => {
    const prepared = internalErrorResponse(err, { path: request.path, log });
    if (response.headersSent) {
      response.destroy();
    } else {
      sendResponse(response, prepared);
    }
  };
}
