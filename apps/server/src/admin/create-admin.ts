import type { RequestListener } from "node:http";
import type { BoardQueue, RefreshQueue } from "@pulseboard/refresh";
import type { Clock, Logger, Metrics } from "@pulseboard/runtime";
import express, { type ErrorRequestHandler, type Request } from "express";
import { internalErrorResponse } from "../http/internal-error.ts";
import { sendError } from "../http/json-responses.ts";
import { SERVER_OPTIONS, sendResponse } from "../http/prepared-response.ts";
import type { RateLimitDurations } from "../http/rate-limit.ts";
import { bodyError, closingUnreadBody } from "../http/request-body.ts";
import { targetError } from "../http/request-target.ts";
import { JSON_SECURITY_HEADERS, setHeaders } from "../http/security-headers.ts";
import { createGuard } from "./guard.ts";
import { queueBoard } from "./queue-board.ts";
import { refreshByOperator } from "./refresh-by-operator.ts";

/** Everything that the operator's port needs from outside. The queue is closed by the caller. */
export interface AdminOptions {
  /** The secret that operators must present, at least 32 characters. */
  readonly token: string;
  readonly queue: RefreshQueue;
  /** Opens the same queue for Bull Board; null when the queue is within this process. */
  readonly boardQueue: (() => Promise<BoardQueue>) | null;
  /** True if the board may change the queue. */
  readonly boardWritable: boolean;
  /** The package of the board's page. */
  readonly boardDirectory: string;
  readonly metrics: Metrics;
  readonly durations: RateLimitDurations;
  readonly clock: Clock;
  readonly log: Logger;
}

const REFRESH_PATH = "/admin/refresh";
const BOARD_PATH = "/admin/queue";

/**
 * Creates the handler of the operator's port: `POST /admin/refresh` and the job board at `/admin/queue`. Everything below /admin needs
 * the token.
 */
export function createAdmin(options: AdminOptions): RequestListener {
  const { token, queue, boardQueue, boardWritable, boardDirectory, metrics, durations, clock, log } = options;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use((_request, response, next) => {
    setHeaders(response, JSON_SECURITY_HEADERS);
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Referrer-Policy", "no-referrer");
    next();
  });
  app.use((request, response, next) => {
    const refused = bodyError(request);
    if (refused === null) {
      next();
    } else {
      sendResponse(response, refused);
    }
  });
  const isByPage = ({ originalUrl }: Request) => boardWritable && originalUrl.startsWith(`${BOARD_PATH}/`);
  app.use("/admin", createGuard({ token, isByPage, durations, clock, log }));
  app.post(REFRESH_PATH, refreshByOperator({ queue, metrics, log }));
  app.all(REFRESH_PATH, (_request, response) => {
    response.setHeader("Allow", "POST");
    sendError(response, 405, "method_not_allowed", "Use POST to ask for a refresh.");
  });
  app.use(
    BOARD_PATH,
    queueBoard({ path: BOARD_PATH, boardQueue, isWritable: boardWritable, directory: boardDirectory, log }),
  );
  app.use((_request, response) => {
    sendError(response, 404, "not_found", `This port serves /metrics, POST ${REFRESH_PATH} and ${BOARD_PATH}.`);
  });
  app.use(handleError(log));
  return (request, response) => {
    const prepared = request.url === "*" && request.method === "OPTIONS" ? SERVER_OPTIONS : targetError(request);
    if (prepared === null) {
      app(request, response);
    } else {
      sendResponse(response, closingUnreadBody(prepared, request));
    }
  };
}

/** Keeps stacks and our paths out of responses; the log has them. */
function handleError(log: Logger): ErrorRequestHandler {
  return (err: unknown, request, response, next) => {
    if (response.headersSent) {
      next(err);
      return;
    }
    const { status } = { status: 500, ...Object(err) };
    if (status >= 400 && status < 500) {
      sendError(response, status, "bad_request", "The request is malformed.");
      return;
    }
    sendResponse(response, internalErrorResponse(err, { path: request.path, log }));
  };
}
