import type { z } from "zod";
import { describeIssues } from "../shared/describe-issues.ts";
import { SCHEMA_VERSION } from "../shared/envelope.ts";
import { isoFromUnixMs } from "../shared/iso-time.ts";
import type { Steps } from "../shared/steps.ts";
import type { ConfluenceScore } from "./mobile-snapshot.ts";
import { SnapshotBuildError } from "./snapshot-build-error.ts";
import type { SnapshotFields } from "./snapshot-fields.ts";

export const bySymbol = (a: ConfluenceScore, b: ConfluenceScore): number => (a.symbol < b.symbol ? -1 : 1);
/** The order of every list of scores: highest first. */
export const byScore = (a: ConfluenceScore, b: ConfluenceScore): number => b.score - a.score || bySymbol(a, b);

/** What every document of a refresh begins with. */
export function envelopeOf({ method_version, sequence, origin, simulated }: SnapshotFields) {
  return { schema_version: SCHEMA_VERSION, method_version, sequence, origin, simulated } as const;
}

/** When the documents of a refresh were built. */
export function momentOf({ generated_at_ms: unixMs }: SnapshotFields) {
  return { timestamp: Math.floor(unixMs / 1000), generated_at: isoFromUnixMs(unixMs) };
}

/**
 * Checks the rows of a list, some in a step.
 *
 * @throws SnapshotBuildError when one would not validate.
 */
export function* checkRows(
  schema: z.ZodType,
  rows: readonly unknown[],
  { key, name, inAStep }: { readonly key: string; readonly name: string; readonly inAStep: number },
): Steps<void> {
  for (const [index, row] of rows.entries()) {
    const result = schema.safeParse(row);
    if (!result.success) {
      const issues = result.error.issues.map((issue) => ({ ...issue, path: [name, index, ...issue.path] }));
      throw new SnapshotBuildError(`${key} is not valid: ${describeIssues(issues)}`);
    }
    if (index % inAStep === inAStep - 1) {
      yield;
    }
  }
}

/**
 * The document itself.
 *
 * @throws SnapshotBuildError when it would not validate.
 */
export function validated<T>(schema: z.ZodType, document: T, key: string): T {
  const result = schema.safeParse(document);
  if (!result.success) {
    throw new SnapshotBuildError(`${key} is not valid: ${describeIssues(result.error.issues)}`);
  }
  return document;
}
