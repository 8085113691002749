import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpErrorCode } from "@pulseboard/runtime";
import { JSON_TYPE } from "../representation.ts";
import { ALLOWED_METHODS } from "../snapshot-answer.ts";

/** JSON text as it is; Node leaves it out of the answer to HEAD. */
function sendBytes(response: ServerResponse, bytes: Buffer): void {
  response.setHeader("Content-Type", JSON_TYPE);
  response.setHeader("Content-Length", bytes.length);
  response.end(bytes);
}

/** A small body that is made for this one answer. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader("Cache-Control", "no-store");
  sendBytes(response, Buffer.from(JSON.stringify(body)));
}

/** What is wrong with the request. */
export function sendError(response: ServerResponse, status: number, error: HttpErrorCode, message: string): void {
  sendJson(response, status, { status: "error", error, message });
}

/** The answer to a method that does not read, where there is something to read. */
export function refuseMethod({ method }: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Allow", ALLOWED_METHODS);
  if (method === "OPTIONS") {
    response.writeHead(204).end();
  } else {
    sendError(response, 405, "method_not_allowed", "This address is read with GET.");
  }
}
