import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpErrorCode } from "@pulseboard/runtime";
import type { Freshness } from "@pulseboard/snapshot";
import type { ContentCoding } from "./content-coding.ts";
import { JSON_SECURITY_HEADERS } from "./security-headers.ts";

/**
 * A complete response, ready to be sent. `preparedResponse` makes all of them, so that V8 sees one hidden class on the path that
 * sends them.
 */
export interface PreparedResponse {
  readonly status: number;
  /** Name, value, name, value ... */
  readonly headers: readonly string[];
  readonly body: Buffer | null;
  readonly coding: ContentCoding;
  /** How current the snapshot in the body is, or "error" while there is none; null for responses without one. */
  readonly freshness: Freshness | "error" | null;
}

export const JSON_TYPE = "application/json; charset=utf-8";
export const READ_METHODS = "GET, HEAD, OPTIONS";

/** Makes a response; without `describes` it is uncompressed and not about the snapshot. */
export function preparedResponse(
  status: number,
  headers: readonly string[],
  body: Buffer | null,
  { coding, freshness }: Pick<PreparedResponse, "coding" | "freshness"> = PLAIN,
): PreparedResponse {
  return { status, headers, body, coding, freshness };
}

const PLAIN = { coding: "identity", freshness: null } as const;

/** The same response with more headers. */
export function withHeaders(response: PreparedResponse, more: readonly string[]): PreparedResponse {
  const { status, headers, body } = response;
  return more.length === 0 ? response : preparedResponse(status, [...headers, ...more], body, response);
}

/** Sends a response; Node itself leaves out the body where HTTP allows none. */
export function sendResponse(response: ServerResponse, { status, headers, body }: PreparedResponse): void {
  response.writeHead(status, headers as string[]);
  response.end(body);
}

/** Serializes a body as JSON text. */
export function toJsonBytes(body: unknown): Buffer {
  return Buffer.from(JSON.stringify(body));
}

/** The headers of a JSON body that is sent uncompressed. */
export function jsonHeaders(body: Buffer, cacheControl: string): readonly string[] {
  const described = ["Content-Type", JSON_TYPE, "Content-Length", String(body.length), "Cache-Control", cacheControl];
  return [...described, ...JSON_SECURITY_HEADERS];
}

/** An error response in JSON: `error` is for programs, `message` for people. */
export function errorResponse(
  status: number,
  error: HttpErrorCode,
  message: string,
  more: readonly string[] = [],
): PreparedResponse {
  const body = toJsonBytes({ status: "error", error, message });
  return preparedResponse(status, [...jsonHeaders(body, "no-store"), ...more], body);
}

export const METHOD_NOT_ALLOWED_MESSAGE = "This address can only be read: use GET.";
export const METHOD_NOT_ALLOWED = errorResponse(405, "method_not_allowed", METHOD_NOT_ALLOWED_MESSAGE, [
  "Allow",
  READ_METHODS,
]);

/** The response to `OPTIONS *`, which asks about the server as a whole. */
export const SERVER_OPTIONS = preparedResponse(204, ["Allow", READ_METHODS], null);

/** Tells whether a request only reads. */
export function isRead({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}
