import { z } from "zod";
import { sourceField } from "./fields.ts";

/** The version that this package writes. A change that an older reader could trip over raises it. */
export const SCHEMA_VERSION = 1;

/** What every document starts with: which form it has, which refresh it is of, and whose market it shows. */
export const envelopeShape = {
  schema_version: z.literal(SCHEMA_VERSION),
  sequence: z.int().positive(),
  origin: sourceField,
  simulated: z.boolean(),
};

/** A simulator that forgets to say so is the one mistake that nobody would notice. */
export function checkSimulatedIsSaid(
  document: { readonly origin: string; readonly simulated: boolean },
  context: z.RefinementCtx,
): void {
  if (document.origin === "simulator" && !document.simulated) {
    context.addIssue({ code: "custom", path: ["simulated"], message: "expected true, as the origin is the simulator" });
  }
}
