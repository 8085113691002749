import type { Request, Response } from "express";
import type { Representation } from "./prepared-bodies.ts";

const JSON_TYPE = "application/json; charset=utf-8";

/** A body that is the same for all who ask: they may keep it, but must ask whether it is still the current one. */
export function sendRepresentation(request: Request, response: Response, { bytes, etag }: Representation): void {
  response.setHeader("ETag", etag);
  response.setHeader("Cache-Control", "no-cache");
  response.setHeader("Vary", "Accept-Encoding");
  if (matchesEtag(request.headers["if-none-match"], etag)) {
    response.statusCode = 304;
    response.end();
    return;
  }
  sendBytes(response, bytes);
}

/** JSON text as it is; Node leaves it out of the answer to HEAD. */
export function sendBytes(response: Response, bytes: Buffer): void {
  response.setHeader("Content-Type", JSON_TYPE);
  response.setHeader("Content-Length", bytes.length);
  response.end(bytes);
}

/** A small body that is made for this one answer. */
export function sendJson(response: Response, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader("Cache-Control", "no-store");
  sendBytes(response, Buffer.from(JSON.stringify(body)));
}

/** What is wrong with the request. */
export function sendError(response: Response, status: number, error: string, message: string): void {
  sendJson(response, status, { status: "error", error, message });
}

/** RFC 9110, 13.1.2: a list of tags compared weakly, or "*". */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""))
    .some((tag) => tag === etag || tag === "*");
}
