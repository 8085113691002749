import type { IncomingMessage } from "node:http";
import { type Answer, refusal } from "../snapshot-answer.ts";

const BAD_TARGET = refusal(400, "bad_request", "The address is not valid: it begins with / or is a whole URL.");

/**
 * The answer to an address that names nothing; null for a path, a whole URL as a proxy is sent it, and the `*` of OPTIONS. Express
 * would parse what is none of them, fail, and answer with a page of its own.
 */
export function targetRefusal({ url = "", method }: IncomingMessage): Answer | null {
  if (url.startsWith("/")) {
    return null;
  }
  if (url === "*") {
    return method === "OPTIONS" ? null : BAD_TARGET;
  }
  return URL.canParse(url) ? null : BAD_TARGET;
}
