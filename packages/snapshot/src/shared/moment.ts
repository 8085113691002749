import type { z } from "zod";
import { unixSecondsField } from "./fields.ts";
import { isoTimeField, unixMsFromIso } from "./iso-time.ts";

/** The time at which the document was built (never that of a request): in Unix seconds, and to the millisecond. */
export const momentShape = { timestamp: unixSecondsField, generated_at: isoTimeField };

export function checkMoment(
  document: { readonly timestamp: number; readonly generated_at: string },
  context: z.RefinementCtx,
): void {
  if (document.timestamp !== Math.floor(unixMsFromIso(document.generated_at) / 1000)) {
    context.addIssue({ code: "custom", path: ["timestamp"], message: "expected the same moment as generated_at" });
  }
}
