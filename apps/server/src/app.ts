import type { IncomingMessage } from "node:http";
import type { Logger, Metrics } from "@pulseboard/runtime";
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from "express";
import { defectAnswer } from "./defect-answer.ts";
import { docsRouter } from "./docs/docs-router.ts";
import { refuseMethod, sendError, sendJson } from "./http/json-answers.ts";
import { bodyBytes, bodyRefusal, withoutReading } from "./http/request-body.ts";
import { createPagePolicy, JSON_SECURITY_HEADERS, setHeaders, TLS_HEADERS } from "./http/security-headers.ts";
import { type PageFiles, pageRouter } from "./page/page-router.ts";
import type { Readiness } from "./readiness.ts";
import { type Answer, type AnswerSnapshot, refusal, writeAnswer } from "./snapshot-answer.ts";

export interface AppContext {
  readonly answerSnapshot: AnswerSnapshot;
  readonly readiness: () => Readiness;
  /** What `/metrics` tells; null where that is not for everybody. */
  readonly metrics: Metrics | null;
  readonly isBehindTls: (request: IncomingMessage) => boolean;
  /** The phone page; left out where there is to be none. */
  readonly page?: PageFiles;
  readonly log: Logger;
}

/** The HTTP surface: picks bytes that are there already; whatever else is asked gets a short answer in JSON. */
export function createApp({ answerSnapshot, readiness, metrics, isBehindTls, page, log }: AppContext): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(refuseMalformed(isBehindTls), async (request, response, next) => {
    const answer = await answerSnapshot(request.path, request);
    if (answer === null) {
      next();
    } else {
      writeAnswer(response, answer);
    }
  });
  app.use(jsonPolicy(isBehindTls));
  const pagePolicy = forReading(createPagePolicy(isBehindTls));
  if (page !== undefined) {
    app.use(pageRouter(page, pagePolicy));
  }
  app.use(docsRouter(pagePolicy));
  app.get("/healthz", (_request, response) => sendJson(response, 200, { status: "ok" }));
  app.get("/ws", (_request, response) => writeAnswer(response, UPGRADE_REQUIRED));
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
    sendError(response, 404, "not_found", "There is nothing here.");
  });
  app.use(answerDefect(log));
  return app;
}

/** Only what means something for data: the policy of pages is another. */
function jsonPolicy(isBehindTls: AppContext["isBehindTls"]): RequestHandler {
  return (request, response, next) => {
    setHeaders(response, JSON_SECURITY_HEADERS);
    if (isBehindTls(request)) {
      setHeaders(response, TLS_HEADERS);
    }
    next();
  };
}

/** Pages are read; whatever else is done with their addresses is answered in JSON. */
function forReading(policy: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (request.method === "GET" || request.method === "HEAD") {
      policy(request, response, next);
    } else {
      next();
    }
  };
}

const BAD_ADDRESS = refusal(400, "bad_request", "The address is not valid: percent signs must encode UTF-8.");
const BODY_OF_GET = refusal(400, "bad_request", "A request for data has no body.");
const UPGRADE_REQUIRED = refusal(
  426,
  "upgrade_required",
  "This address is a WebSocket: connect with ws:// or wss://.",
  ["Upgrade", "websocket", "Connection", "Upgrade, close"],
);

/** A path that cannot be decoded names nothing, and who asks for data sends none. */
function refuseMalformed(isBehindTls: AppContext["isBehindTls"]): RequestHandler {
  return (request, response, next) => {
    const refused = malformedRefusal(request);
    if (refused === null) {
      return next();
    }
    if (isBehindTls(request)) {
      setHeaders(response, TLS_HEADERS);
    }
    writeAnswer(response, refused);
  };
}

function malformedRefusal(request: Request): Answer | null {
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isDecodable(request.path)) {
    return withoutReading(BAD_ADDRESS, request);
  }
  if (isRead && bodyBytes(request) > 0) {
    return withoutReading(BODY_OF_GET, request);
  }
  return bodyRefusal(request);
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

function answerDefect(log: Logger): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (err, request, response, _next) => {
    const answer = defectAnswer(err, { path: request.path, log });
    if (response.headersSent) {
      response.destroy();
    } else {
      writeAnswer(response, answer);
    }
  };
}
