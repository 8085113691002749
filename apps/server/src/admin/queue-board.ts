import type { BoardQueue } from "@pulseboard/refresh";
import type { Logger } from "@pulseboard/runtime";
import type { Express, RequestHandler } from "express";
import { sendError } from "../http/json-answers.ts";

export interface QueueBoardOptions {
  /** Where the board is mounted: "/admin/queue". */
  readonly path: string;
  /** Null where the queue is within this process: there is nothing to show. */
  readonly boardQueue: (() => Promise<BoardQueue>) | null;
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

/** Bull Board, to look at the refresh queue and not to touch: a job that it retried or added would be one run too many. */
export function queueBoard({ path, boardQueue, log }: QueueBoardOptions): RequestHandler {
  let opening: Promise<Express> | null = null;

  return async (request, response, next) => {
    if (boardQueue === null) {
      const message = "Without REDIS_URL the refresh queue is within this process, and there is no board for it.";
      sendError(response, 404, "no_board", message);
      return;
    }
    // It refuses to write by itself too; this does not depend on what its next version calls writing.
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      sendError(response, 405, "method_not_allowed", "The board is for looking only.");
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
    opening ??= openBoard({ queue, path, log });
    const board = await opening;
    response.setHeader("Content-Security-Policy", POLICY);
    board(request, response, next);
  };
}

interface OpenBoardOptions {
  readonly queue: BoardQueue;
  readonly path: string;
  readonly log: Logger;
}

/** Loaded when somebody looks for the first time: most processes are never asked. */
async function openBoard({ queue, path, log }: OpenBoardOptions): Promise<Express> {
  const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }] = await Promise.all([
    import("@bull-board/api"),
    import("@bull-board/api/bullMQAdapter"),
    import("@bull-board/express"),
  ]);
  const serverAdapter = new ExpressAdapter().setBasePath(path);
  createBullBoard({
    queues: [new BullMQAdapter(queue, { readOnlyMode: true })],
    serverAdapter,
    options: { uiConfig: { boardTitle: "Pulseboard" } },
  });
  // Its own handler answers with the stack where NODE_ENV is development.
  serverAdapter.setErrorHandler((err) => {
    log.error({ err }, "The board failed");
    return { status: 500, body: { error: { key: "ERRORS.INTERNAL_SERVER_ERROR" } } };
  });
  const board: Express = serverAdapter.getRouter();
  board.disable("x-powered-by");
  return board;
}
