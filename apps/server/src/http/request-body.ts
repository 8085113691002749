import type { IncomingMessage } from "node:http";
import { errorResponse, type PreparedResponse, withHeaders } from "./prepared-response.ts";

/** The longest body that any address here takes. */
const MAX_BODY_BYTES = 1024;
/** The connection ends with the response, so that the body need not be read. */
const CLOSE = ["Connection", "close"];

const LENGTH_REQUIRED = errorResponse(411, "length_required", "A request with a body needs a Content-Length.", CLOSE);
const TOO_LARGE = errorResponse(413, "body_too_large", `A body may have at most ${MAX_BODY_BYTES} bytes.`, CLOSE);

/** The length of a request's body by its headers, in bytes; infinity when they do not say. */
export function bodyBytes({ headers }: IncomingMessage): number {
  return headers["transfer-encoding"] === undefined ? Number(headers["content-length"] ?? 0) : Number.POSITIVE_INFINITY;
}

/** The error response to a body that is too long or of unknown length; null when the body may be read. */
export function bodyError(request: IncomingMessage): PreparedResponse | null {
  const bytes = bodyBytes(request);
  if (bytes === Number.POSITIVE_INFINITY) {
    return LENGTH_REQUIRED;
  }
  return bytes > MAX_BODY_BYTES ? TOO_LARGE : null;
}

/** The same response; when the request has a body, the connection is closed after it instead of reading the body. */
export function closingUnreadBody(response: PreparedResponse, request: IncomingMessage): PreparedResponse {
  return bodyBytes(request) > 0 ? withHeaders(response, CLOSE) : response;
}
