import { z } from "zod";
import { sourceField } from "./fields.ts";
import { methodVersionField } from "./method-version.ts";

/** The version that this package writes. Any change that could break an older reader raises it. */
export const SCHEMA_VERSION = 1;

/** Every document begins with the versions of its schema and method, the sequence of its refresh, and the market that it shows. */
export const envelopeShape = {
  schema_version: z.literal(SCHEMA_VERSION),
  method_version: methodVersionField.optional(),
  sequence: z.int().positive(),
  origin: sourceField,
  simulated: z.boolean(),
};

/** Refuses simulated data that is not marked as such: nobody would notice otherwise. */
export function checkSimulatedIsSaid(
  document: { readonly origin: string; readonly simulated: boolean },
  context: z.RefinementCtx,
): void {
  if (document.origin === "simulator" && !document.simulated) {
    context.addIssue({ code: "custom", path: ["simulated"], message: "expected true, as the origin is the simulator" });
  }
}
