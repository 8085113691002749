import type { Clock, Logger } from "@pulseboard/runtime";
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import helmet from "helmet";
import { type HeldSnapshot, snapshotAgeMs, snapshotFreshness } from "./held-snapshot.ts";
import type { BodyName, PreparedBodies } from "./prepared-bodies.ts";
import type { Readiness } from "./readiness.ts";
import { sendBytes, sendError, sendJson, sendRepresentation } from "./send.ts";

/** The snapshot of the moment with its bytes. */
export interface Serving {
  readonly held: HeldSnapshot;
  readonly bodies: PreparedBodies;
}

export interface AppContext {
  readonly serving: () => Serving | null;
  readonly errorBodies: Readonly<Record<BodyName, Buffer>>;
  readonly readiness: () => Readiness;
  /** Asks for a new snapshot without waiting for it. */
  readonly requestRefresh: () => void;
  readonly freshForMs: number | null;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Where each body is found. */
const BODY_ROUTES: readonly (readonly [path: string, body: BodyName])[] = [
  ["/api/dashboard/mobile-data", "mobileData"],
  ["/api/snapshot", "snapshotForPage"],
  ["/api/market/overview", "marketOverview"],
];

/** While there is nothing, the next refresh is seconds away. */
const RETRY_AFTER_S = 2;

/** The HTTP surface: picks bytes that are there already; whatever else is asked gets a short answer in JSON. */
export function createApp(context: AppContext): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(jsonPolicy(), refuseMalformed);

  for (const [path, body] of BODY_ROUTES) app.get(path, bodyHandler(body, context));
  app.get("/healthz", (_request, response) => sendJson(response, 200, { status: "ok" }));
  app.get("/readyz", (_request, response) => {
    const readiness = context.readiness();
    sendJson(response, readiness.status === "ready" ? 200 : 503, readiness);
  });
  for (const path of [...BODY_ROUTES.map(([bodyPath]) => bodyPath), "/healthz", "/readyz"]) {
    app.all(path, refuseMethod);
  }
  app.use((_request, response) => {
    sendError(response, 404, "not_found", "There is nothing here.");
  });
  app.use(answerDefect(context.log));
  return app;
}

function bodyHandler(name: BodyName, context: AppContext): RequestHandler {
  const { serving, errorBodies, requestRefresh, freshForMs, clock } = context;
  return (request, response) => {
    const current = serving();
    if (current === null) {
      requestRefresh();
      response.setHeader("Retry-After", RETRY_AFTER_S);
      response.setHeader("Cache-Control", "no-cache");
      sendBytes(response, errorBodies[name]);
      return;
    }
    const { held, bodies } = current;
    const freshness = snapshotFreshness(held, clock, freshForMs);
    if (freshness === "stale") requestRefresh();
    response.setHeader("X-Snapshot-Age", Math.floor(snapshotAgeMs(held, clock) / 1000));
    response.setHeader("X-Snapshot-Sequence", held.snapshot.sequence);
    sendRepresentation(request, response, bodies[name][freshness]);
  };
}

/** Headers for answers that are data: nothing in them is to be run, framed or guessed at. */
function jsonPolicy(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { "default-src": ["'none'"], "frame-ancestors": ["'none'"] },
    },
    // Whether there is TLS in front is the proxy's to know and to say.
    strictTransportSecurity: false,
    // These rule documents, and another origin that may read the data is a matter of CORS.
    crossOriginOpenerPolicy: false,
    crossOriginResourcePolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
}

/** Nothing here takes a body, and a path that cannot be decoded names nothing. */
const refuseMalformed: RequestHandler = (request, response, next) => {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (!isDecodable(request.path)) {
    sendError(response, 400, "bad_request", "The address is not valid: percent signs must encode UTF-8.");
  } else if (["GET", "HEAD"].includes(request.method) && (encoding !== undefined || Number(length ?? 0) > 0)) {
    response.setHeader("Connection", "close");
    sendError(response, 400, "bad_request", "A request for data has no body.");
  } else {
    next();
  }
};

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

const refuseMethod: RequestHandler = (_request, response) => {
  response.setHeader("Allow", "GET, HEAD");
  sendError(response, 405, "method_not_allowed", "This address is read with GET.");
};

/** The details of a defect are for the log. */
function answerDefect(log: Logger): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (err, request, response, _next) => {
    log.error({ err, path: request.path }, "Request failed");
    if (response.headersSent) response.destroy();
    else sendError(response, 500, "internal_error", "Something went wrong here. It has been logged.");
  };
}
