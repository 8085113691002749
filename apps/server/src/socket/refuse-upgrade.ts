import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { JSON_TYPE } from "../http/prepared-response.ts";
import type { UpgradeRefusal } from "./upgrade-refusal.ts";

/**
 * Responds to an upgrade with an error, and ends the connection.
 *
 * @param common - The headers that every response has. Name, value, name, value ...
 */
export function refuseUpgrade(stream: Duplex, refusal: UpgradeRefusal, common: readonly string[]): void {
  const { status, error, message, retryAfterS, headers = [] } = refusal;
  const body = JSON.stringify({ status: "error", error, message });
  const all = [
    ...["Date", new Date().toUTCString(), "Connection", "close", "Content-Type", JSON_TYPE],
    ...["Content-Length", String(Buffer.byteLength(body)), "Cache-Control", "no-store"],
    ...(retryAfterS === undefined ? [] : ["Retry-After", String(retryAfterS)]),
    ...headers,
    ...common,
  ];
  const lines = all.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : []));
  // Node hands the connection over completely, its errors included.
  stream.once("error", () => stream.destroy());
  stream.once("finish", () => stream.destroy());
  stream.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...lines, "", body].join("\r\n"));
}
