import { createHash } from "node:crypto";
import { METHOD_RECORDS, METHOD_VERSION } from "@pulseboard/engine";
import { RECORD_METHOD } from "@pulseboard/history";

/** SHA-256, hex, of all constants of the method that makes scores, and of the record of what came of them. */
export function methodHash(): string {
  return createHash("sha256").update(methodText()).digest("hex");
}

/** What is hashed, so that anybody can look for what has changed. */
function methodText(): string {
  return JSON.stringify({ version: METHOD_VERSION, score: METHOD_RECORDS, record: RECORD_METHOD });
}
