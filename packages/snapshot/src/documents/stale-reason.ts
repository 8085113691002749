import { z } from "zod";
import { unixSecondsField } from "../shared/fields.ts";

/** Why nothing newer is published, as far as worker and server know. */
export const staleReasonSchema = z
  .object({
    code: z
      .string()
      .regex(/^[a-z0-9_:-]{1,64}$/, "expected a code")
      .describe(
        "An entry of `degraded` in /readyz: exchange_paused:exchange_banned, refresh_failing:CODE, worker_silent",
      ),
    since: unixSecondsField.describe("When it began, Unix seconds."),
    until: unixSecondsField.nullable().describe("When it ends, Unix seconds; null while nobody knows."),
  })
  .describe("Why the snapshot is stale.");

export type StaleReason = Readonly<z.infer<typeof staleReasonSchema>>;

/** Null while the body is fresh, or while nobody knows why it is stale. */
export const staleReasonField = staleReasonSchema
  .nullable()
  .describe("Why the body is stale; null while it is fresh, or while nobody knows.");
