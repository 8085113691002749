import type { z } from "zod";
import { unixSecondsField } from "./fields.ts";
import { isoTimeField, unixMsFromIso } from "./iso-time.ts";

/** When a document was finished, never when it was asked for: Unix seconds, and the same moment to the millisecond. */
export const momentShape = { timestamp: unixSecondsField, generated_at: isoTimeField };

export function checkMoment(
  document: { readonly timestamp: number; readonly generated_at: string },
  context: z.RefinementCtx,
): void {
  if (document.timestamp !== Math.floor(unixMsFromIso(document.generated_at) / 1000)) {
    context.addIssue({ code: "custom", path: ["timestamp"], message: "expected the same moment as generated_at" });
  }
}
