import type { IncomingMessage } from "node:http";
import { errorResponse, type PreparedResponse } from "./prepared-response.ts";

const BAD_TARGET = errorResponse(400, "bad_request", "The address is not valid: it must be a path or a whole URL.");

/**
 * The error response to an address that is not valid; null for a path, for a whole URL (as sent to a proxy) and for `OPTIONS *`.
 * Express would fail on other addresses and answer with its own HTML page.
 */
export function targetError({ url = "", method }: IncomingMessage): PreparedResponse | null {
  if (url.startsWith("/")) {
    return null;
  }
  if (url === "*") {
    return method === "OPTIONS" ? null : BAD_TARGET;
  }
  return URL.canParse(url) ? null : BAD_TARGET;
}
