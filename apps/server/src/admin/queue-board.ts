import { randomUUID } from "node:crypto";
import type { BoardQueue } from "@pulseboard/refresh";
import type { Logger } from "@pulseboard/runtime";
import type { Express, RequestHandler } from "express";
import { sendError } from "../http/json-answers.ts";

export interface QueueBoardOptions {
  /** Where the board is mounted: "/admin/queue". */
  readonly path: string;
  /** Null where the queue is within this process: there is nothing to show. */
  readonly boardQueue: (() => Promise<BoardQueue>) | null;
  /** Whether what it shows may be changed there. */
  readonly isWritable: boolean;
  readonly log: Logger;
}

/**
 * Everything from here. Bull Board's page asks for a font of Google's, which this refuses: it has others. It sets styles on
 * its elements, for which there is no other permission than 'unsafe-inline'; its scripts are files of its own.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Bull Board on the refresh queue, to look at and not to touch by default: a job that it retried or added would be one run too many. */
export function queueBoard({ path, boardQueue, isWritable, log }: QueueBoardOptions): RequestHandler {
  let opening: Promise<Express> | null = null;

  return async (request, response, next) => {
    if (boardQueue === null) {
      const message = "Without REDIS_URL the refresh queue is within this process, and there is no board for it.";
      sendError(response, 404, "no_board", message);
      return;
    }
    const isRead = request.method === "GET" || request.method === "HEAD";
    // It refuses to write by itself too; this does not depend on what its next version calls writing.
    if (!isRead && !isWritable) {
      response.setHeader("Allow", "GET, HEAD");
      const message = "The board is for looking only, unless ADMIN_BOARD_WRITABLE is set.";
      sendError(response, 405, "method_not_allowed", message);
      return;
    }
    let queue: BoardQueue;
    try {
      queue = await boardQueue();
    } catch (err) {
      log.warn({ err }, "No queue to show on the board");
      sendError(response, 503, "queue_away", "The refresh queue cannot be reached.");
      return;
    }
    if (!isRead) {
      log.info({ method: request.method, path: request.path }, "An operator changes the queue on the board");
    }
    opening ??= openBoard({ queue, path, isWritable, log });
    const board = await opening;
    response.setHeader("Content-Security-Policy", POLICY);
    board(request, response, next);
  };
}

interface OpenBoardOptions {
  readonly queue: BoardQueue;
  readonly path: string;
  readonly isWritable: boolean;
  readonly log: Logger;
}

/** Loaded when somebody looks for the first time: most processes are never asked. */
async function openBoard({ queue, path, isWritable, log }: OpenBoardOptions): Promise<Express> {
  const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }] = await Promise.all([
    import("@bull-board/api"),
    import("@bull-board/api/bullMQAdapter"),
    import("@bull-board/express"),
  ]);
  const serverAdapter = new ExpressAdapter().setBasePath(path);
  createBullBoard({
    queues: [new BullMQAdapter(queue, { readOnlyMode: !isWritable })],
    serverAdapter,
    options: { uiConfig: { boardTitle: "Pulseboard" } },
  });
  // Its own handler answers with the stack where NODE_ENV is development.
  serverAdapter.setErrorHandler((err) => {
    const { status } = { status: 500, ...Object(err) };
    // A body that is none: its parser says so by the status.
    if (status >= 400 && status < 500) {
      return { status, body: { error: { key: "ERRORS.BAD_REQUEST" } } };
    }
    const requestId = randomUUID();
    log.error({ requestId, err }, "The board failed");
    return { status: 500, body: { error: { key: "ERRORS.INTERNAL_SERVER_ERROR" }, requestId } };
  });
  const board: Express = serverAdapter.getRouter();
  board.disable("x-powered-by");
  return board;
}
