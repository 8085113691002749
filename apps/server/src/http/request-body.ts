import type { IncomingMessage } from "node:http";
import { type Answer, refusal, withHeaders } from "../snapshot-answer.ts";

/** Nothing that is sent here is longer. */
const MAX_BODY_BYTES = 1024;
/** What is refused is not read. */
const CLOSE = ["Connection", "close"];

const UNKNOWN_LENGTH = refusal(411, "length_required", "A body must say how long it is, by Content-Length.", CLOSE);
const TOO_LARGE = refusal(413, "body_too_large", `A body has at most ${MAX_BODY_BYTES} bytes here.`, CLOSE);

/** How many bytes a request says that it sends; infinity where it does not say. */
export function bodyBytes({ headers }: IncomingMessage): number {
  return headers["transfer-encoding"] === undefined ? Number(headers["content-length"] ?? 0) : Number.POSITIVE_INFINITY;
}

/** The answer to a body that is too long, or may be; null for one that may come. */
export function bodyRefusal(request: IncomingMessage): Answer | null {
  const bytes = bodyBytes(request);
  if (bytes === Number.POSITIVE_INFINITY) {
    return UNKNOWN_LENGTH;
  }
  return bytes > MAX_BODY_BYTES ? TOO_LARGE : null;
}

/** The same answer, after which the connection ends where a body was to follow. */
export function withoutReading(answer: Answer, request: IncomingMessage): Answer {
  return bodyBytes(request) > 0 ? withHeaders(answer, CLOSE) : answer;
}
