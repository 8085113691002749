import type { RequestListener } from "node:http";
import type { BoardQueue, RefreshQueue } from "@pulseboard/refresh";
import type { Clock, Logger, Metrics } from "@pulseboard/runtime";
import express, { type ErrorRequestHandler, type Request } from "express";
import { defectAnswer } from "../defect-answer.ts";
import { sendError } from "../http/json-answers.ts";
import { bodyRefusal, withoutReading } from "../http/request-body.ts";
import { targetRefusal } from "../http/request-target.ts";
import { JSON_SECURITY_HEADERS, setHeaders } from "../http/security-headers.ts";
import { ABOUT_ALL, writeAnswer } from "../snapshot-answer.ts";
import { createGuard } from "./guard.ts";
import { queueBoard } from "./queue-board.ts";
import { refreshByOperator } from "./refresh-by-operator.ts";

/** What the operator's surface needs of the world; the queue stays the caller's to close. */
export interface AdminOptions {
  /** What opens it: a secret of at least 32 characters. */
  readonly token: string;
  readonly queue: RefreshQueue;
  /** The same queue for Bull Board; null where it is within this process. */
  readonly boardQueue: (() => Promise<BoardQueue>) | null;
  /** Whether the board may change the queue. */
  readonly boardWritable: boolean;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
}

const REFRESH_PATH = "/admin/refresh";
const BOARD_PATH = "/admin/queue";

/**
 * The operator's surface, for a port of its own: `POST /admin/refresh` and `/admin/queue`, to look at unless told otherwise. Everything below
 * /admin needs the token.
 */
export function createAdmin(options: AdminOptions): RequestListener {
  const { token, queue, boardQueue, boardWritable, metrics, clock, log } = options;
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
    const refused = bodyRefusal(request);
    if (refused === null) {
      next();
    } else {
      writeAnswer(response, refused);
    }
  });
  const isByPage = ({ originalUrl }: Request) => boardWritable && originalUrl.startsWith(`${BOARD_PATH}/`);
  app.use("/admin", createGuard({ token, isByPage, clock, log }));
  app.post(REFRESH_PATH, refreshByOperator({ queue, metrics, log }));
  app.all(REFRESH_PATH, (_request, response) => {
    response.setHeader("Allow", "POST");
    sendError(response, 405, "method_not_allowed", "A refresh is asked for with POST.");
  });
  app.use(BOARD_PATH, queueBoard({ path: BOARD_PATH, boardQueue, isWritable: boardWritable, log }));
  app.use((_request, response) => {
    sendError(response, 404, "not_found", `There are /metrics, POST ${REFRESH_PATH} and ${BOARD_PATH} here.`);
  });
  app.use(failure(log));
  return (request, response) => {
    const answer = request.url === "*" && request.method === "OPTIONS" ? ABOUT_ALL : targetRefusal(request);
    if (answer === null) {
      app(request, response);
    } else {
      writeAnswer(response, withoutReading(answer, request));
    }
  };
}

/** No stack and no path of ours in any answer; the log has them. */
function failure(log: Logger): ErrorRequestHandler {
  return (err: unknown, request, response, next) => {
    if (response.headersSent) {
      next(err);
      return;
    }
    const { status } = { status: 500, ...Object(err) };
    if (status >= 400 && status < 500) {
      sendError(response, status, "bad_request", "The request cannot be understood.");
      return;
    }
    writeAnswer(response, defectAnswer(err, { path: request.path, log }));
  };
}
