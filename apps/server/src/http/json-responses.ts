import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpErrorCode } from "@pulseboard/runtime";
import { JSON_TYPE, METHOD_NOT_ALLOWED_MESSAGE, READ_METHODS, toJsonBytes } from "./prepared-response.ts";

/** Sends a small body that is made for this one response; Node leaves it out of the response to HEAD. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = toJsonBytes(body);
  response.statusCode = status;
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("Content-Type", JSON_TYPE);
  response.setHeader("Content-Length", bytes.length);
  response.end(bytes);
}

/** Sends an error: `error` is for programs, `message` for people. */
export function sendError(response: ServerResponse, status: number, error: HttpErrorCode, message: string): void {
  sendJson(response, status, { status: "error", error, message });
}

/** Answers a request that does not read an address that can only be read. */
export function refuseMethod({ method }: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Allow", READ_METHODS);
  if (method === "OPTIONS") {
    response.writeHead(204).end();
  } else {
    sendError(response, 405, "method_not_allowed", METHOD_NOT_ALLOWED_MESSAGE);
  }
}
