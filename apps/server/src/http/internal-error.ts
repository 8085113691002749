import { randomUUID } from "node:crypto";
import type { Logger } from "@pulseboard/runtime";
import { errorResponse, type PreparedResponse, withHeaders } from "./prepared-response.ts";

const INTERNAL_ERROR = errorResponse(
  500,
  "internal_error",
  "Something went wrong in the server. The error was logged with the id in X-Request-Id.",
);

/** Logs an error that nothing else handled, and makes the response: it shows no details, only the id of the log line. */
export function internalErrorResponse(
  err: unknown,
  { path, log }: { readonly path: string; readonly log: Logger },
): PreparedResponse {
  const requestId = randomUUID();
  log.error({ requestId, err, path }, "Request failed");
  return withHeaders(INTERNAL_ERROR, ["X-Request-Id", requestId]);
}
