import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { UpgradeRefusal } from "./upgrade-refusal.ts";

/**
 * Answers an upgrade that is not taken with an ordinary error, and ends the connection.
 *
 * @param common - What every answer carries. Name, value, name, value ...
 */
export function refuseUpgrade(stream: Duplex, refusal: UpgradeRefusal, common: readonly string[]): void {
  const { status, error, message, retryAfterS, headers = [] } = refusal;
  const body = JSON.stringify({ status: "error", error, message });
  const all = [
    ...["Date", new Date().toUTCString(), "Connection", "close", "Content-Type", "application/json; charset=utf-8"],
    ...["Content-Length", String(Buffer.byteLength(body)), "Cache-Control", "no-store"],
    ...(retryAfterS === undefined ? [] : ["Retry-After", String(retryAfterS)]),
    ...headers,
    ...common,
  ];
  const lines = all.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : []));
  // Node hands the connection over with everything about it, errors included.
  stream.once("error", () => stream.destroy());
  stream.once("finish", () => stream.destroy());
  stream.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...lines, "", body].join("\r\n"));
}
