import type { ServerResponse } from "node:http";
import { JSON_TYPE } from "../representation.ts";

/** JSON text as it is; Node leaves it out of the answer to HEAD. */
export function sendBytes(response: ServerResponse, bytes: Buffer): void {
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
export function sendError(response: ServerResponse, status: number, error: string, message: string): void {
  sendJson(response, status, { status: "error", error, message });
}
