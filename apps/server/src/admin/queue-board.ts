import { randomUUID } from "node:crypto";
import type { BoardQueue } from "@pulseboard/refresh";
import { type Logger, lazy } from "@pulseboard/runtime";
import type { Express, RequestHandler } from "express";
import { sendError } from "../http/json-responses.ts";
import { isRead } from "../http/prepared-response.ts";

export interface QueueBoardOptions {
  /** The path where the board is mounted: "/admin/queue". */
  readonly path: string;
  /** Opens the queue to show; null when it is within this process, where Bull Board cannot show it. */
  readonly boardQueue: (() => Promise<BoardQueue>) | null;
  /** True if operators may change the queue on the board. */
  readonly isWritable: boolean;
  /** The package of the board's page. */
  readonly directory: string;
  readonly log: Logger;
}

/**
 * Allows our own origin only. Bull Board's page asks for a font from Google, which this refuses; it has other fonts. It sets styles on
 * its elements, which only 'unsafe-inline' permits; its scripts are files of their own.
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

/**
 * Creates the handler for Bull Board on the refresh queue. It is read-only by default: a job that it retried or added would
 * be a run too many.
 */
export function queueBoard({ path, boardQueue, isWritable, directory, log }: QueueBoardOptions): RequestHandler {
  if (boardQueue === null) {
    return (_request, response) => {
      const message = "There is no board without REDIS_URL: the refresh queue is within this process.";
      sendError(response, 404, "no_board", message);
    };
  }
  // Loaded with the first request for it: most processes never get one.
  const board = lazy(async () => loadBoard({ queue: await boardQueue(), path, isWritable, directory, log }));

  return async (request, response, next) => {
    const isReading = isRead(request);
    // Bull Board itself refuses changes too; this does not depend on what its next version counts as one.
    if (!isReading && !isWritable) {
      response.setHeader("Allow", "GET, HEAD");
      const message = "The board is read-only unless ADMIN_BOARD_WRITABLE is set.";
      sendError(response, 405, "method_not_allowed", message);
      return;
    }
    try {
      // Also once the board is loaded: without Redis its requests would hang.
      await boardQueue();
    } catch (err) {
      log.warn({ err }, "The queue could not be opened for the board");
      sendError(response, 503, "queue_away", "The refresh queue cannot be reached.");
      return;
    }
    if (!isReading) {
      log.info({ method: request.method, path: request.path }, "An operator changes the queue on the board");
    }
    const handle = await board.get();
    response.setHeader("Content-Security-Policy", POLICY);
    handle(request, response, next);
  };
}

interface LoadBoardOptions extends Omit<QueueBoardOptions, "boardQueue"> {
  readonly queue: BoardQueue;
}

/** Imports Bull Board and sets it up. */
async function loadBoard({ queue, path, isWritable, directory, log }: LoadBoardOptions): Promise<Express> {
  const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }] = await Promise.all([
    import("@bull-board/api"),
    import("@bull-board/api/bullMQAdapter"),
    import("@bull-board/express"),
  ]);
  const serverAdapter = new ExpressAdapter().setBasePath(path);
  createBullBoard({
    queues: [new BullMQAdapter(queue, { readOnlyMode: !isWritable })],
    serverAdapter,
    options: { uiBasePath: directory, uiConfig: { boardTitle: "Pulseboard" } },
  });
  // Bull Board's own handler responds with the stack when NODE_ENV is development.
  serverAdapter.setErrorHandler((err) => {
    const { status } = { status: 500, ...Object(err) };
    // The parser of bodies sets the status of a malformed one.
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
