import { randomUUID } from "node:crypto";
import type { Logger } from "@pulseboard/runtime";
import { type Answer, refusal, withHeaders } from "./snapshot-answer.ts";

const DEFECT = refusal(
  500,
  "internal_error",
  "Something went wrong here. It has been logged, under the id in X-Request-Id.",
);

/** Logs what must not happen, details included, and makes the answer to it, which has none: their id leads from one to the other. */
export function defectAnswer(err: unknown, { path, log }: { readonly path: string; readonly log: Logger }): Answer {
  const requestId = randomUUID();
  log.error({ requestId, err, path }, "Request failed");
  return withHeaders(DEFECT, ["X-Request-Id", requestId]);
}
