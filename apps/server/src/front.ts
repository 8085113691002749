import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "@pulseboard/runtime";
import { defectAnswer } from "./defect-answer.ts";
import type { Client } from "./http/client-address.ts";
import type { CorsHeaders } from "./http/cors.ts";
import type { RateLimiter } from "./http/rate-limit.ts";
import { withoutReading } from "./http/request-body.ts";
import { targetRefusal } from "./http/request-target.ts";
import { TLS_HEADERS } from "./http/security-headers.ts";
import type { RequestCounts } from "./request-counts.ts";
import { ABOUT_ALL, type Answer, type AnswerSnapshot, refusal, withHeaders, writeAnswer } from "./snapshot-answer.ts";

export interface FrontOptions {
  /** Null for no limit. */
  readonly limiter: RateLimiter | null;
  readonly client: Client;
  readonly corsHeaders: CorsHeaders;
  readonly answerSnapshot: AnswerSnapshot;
  /** Whatever is not a plain request for data: Express. */
  readonly app: (request: IncomingMessage, response: ServerResponse) => void;
  /** Null where nobody reads them. */
  readonly counts: RequestCounts | null;
  readonly log: Logger;
}

/** One request on its way through. */
interface Asked {
  readonly path: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** As the counts want it back. */
  readonly begunMs: number;
}

const TOO_MANY = refusal(
  429,
  "rate_limited",
  "Too many requests from this address. Retry-After says when to ask again.",
);

/**
 * What every request meets first. The limit holds for all of them; the routes of the snapshot, which is what nearly all ask
 * for, are answered here, because Express would cost several times as much as the answer.
 */
export function createFront(options: FrontOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const { limiter, client, corsHeaders, answerSnapshot, app, counts, log } = options;

  /** Null where Express has to see to it. */
  const answerHere = (path: string, request: IncomingMessage): Answer | Promise<Answer> | null => {
    const refusedForS = limiter === null ? 0 : limiter.refusedForS(client.addressKey(request));
    if (refusedForS > 0) {
      return finished(withHeaders(TOO_MANY, ["Retry-After", String(refusedForS)]), request);
    }
    const refused = targetRefusal(request);
    if (refused !== null) {
      return finished(refused, request);
    }
    if (path === "*") {
      return finished(ABOUT_ALL, request);
    }
    return announcesBody(request) ? null : answerSnapshot(path, request);
  };

  /** With what belongs to every answer; a body that came with the request is not waited for. */
  const finished = (answer: Answer, request: IncomingMessage): Answer => {
    const tls = client.isBehindTls(request) ? TLS_HEADERS : [];
    return withoutReading(withHeaders(answer, [...tls, ...corsHeaders(request.headers.origin)]), request);
  };

  let shapes: readonly object[] = [];
  const send = (answer: Answer, { path, request, response, begunMs }: Asked): void => {
    // One of each is kept for good: what V8 knows of their shape, and the code that it has made for it, would go with the
    // last of them whenever the server idles, and the first requests after that would wait for it to be made again.
    if (shapes.length === 0) {
      shapes = [request, response];
    }
    writeAnswer(response, answer);
    counts?.answered(path, request.method, answer, begunMs);
  };

  /** A defect must cost this one answer, not the process. */
  const sendDefect = (err: unknown, asked: Asked): void => {
    const answer = defectAnswer(err, { path: asked.path, log });
    if (asked.response.headersSent) {
      asked.response.destroy();
    } else {
      send(finished(answer, asked.request), asked);
    }
  };

  const sendLater = async (pending: Promise<Answer>, asked: Asked): Promise<void> => {
    try {
      send(await pending, asked);
    } catch (err) {
      sendDefect(err, asked);
    }
  };

  return (request, response) => {
    const asked = { path: pathOf(request.url ?? ""), request, response, begunMs: counts === null ? 0 : counts.begin() };
    try {
      const answer = answerHere(asked.path, request);
      if (answer === null) {
        counts?.leftToApp(asked.path, response, asked.begunMs);
        app(request, response);
      } else if (answer instanceof Promise) {
        void sendLater(answer, asked);
      } else {
        send(answer, asked);
      }
    } catch (err) {
      sendDefect(err, asked);
    }
  };
}

/** What is asked for, without the query. */
function pathOf(target: string): string {
  const end = target.indexOf("?");
  return end === -1 ? target : target.slice(0, end);
}

/** Whether a body follows, or says so. */
function announcesBody({ headers }: IncomingMessage): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}
