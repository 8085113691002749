import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { UpgradeRefusal } from "./upgrade-refusal.ts";

/** Answers an upgrade that is not taken with an ordinary error, and ends the connection. */
export function refuseUpgrade(
  stream: Duplex,
  { status, error, message, retryAfterS, headers: more = [] }: UpgradeRefusal,
): void {
  const body = JSON.stringify({ status: "error", error, message });
  const headers = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "Connection: close",
    "Content-Type: application/json; charset=utf-8",
    "Cache-Control: no-store",
    "X-Content-Type-Options: nosniff",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(retryAfterS === undefined ? [] : [`Retry-After: ${retryAfterS}`]),
    ...more.map(([name, value]) => `${name}: ${value}`),
  ];
  // Node hands the connection over with everything about it, errors included.
  stream.once("error", () => stream.destroy());
  stream.once("finish", () => stream.destroy());
  stream.end(`${headers.join("\r\n")}\r\n\r\n${body}`);
}
