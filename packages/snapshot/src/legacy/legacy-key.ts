import { z } from "zod";
import type { MobileSnapshot } from "../documents/mobile-snapshot.ts";
import type { SnapshotDocuments } from "../documents/snapshot-documents.ts";
import { sourceField, unixSecondsField } from "../shared/fields.ts";

/** The documents that the keys are taken from. */
export type LegacySource = Pick<SnapshotDocuments, "snapshot" | "symbols">;

/**
 * A key that programs of the system before read. They take a missing name for zero and know no reasons, so that a key is whole or not
 * written at all.
 */
export interface LegacyKey {
  readonly key: string;
  /** Has no null: what it does not accept is not whole. */
  readonly schema: z.ZodType;
  /** The sections that it shows. It is written of this refresh's data alone, not of what an earlier one has left. */
  readonly sections: readonly (keyof MobileSnapshot["sections"])[];
  readonly project: (documents: LegacySource) => object;
}

export const legacyHeadShape = {
  /** The time at which the worker finished the refresh, Unix seconds. */
  timestamp: unixSecondsField,
  sequence: z.int().positive(),
  origin: sourceField,
  /** Simulated data is never written here, where nobody looks for the mark. */
  simulated: z.literal(false),
};

export function legacyHeadOf({ timestamp, sequence, origin, simulated }: MobileSnapshot) {
  return { timestamp, sequence, origin, simulated };
}

type KnownField<Field> = Field extends z.ZodNullable<infer Known> ? Known : Field;

/** The same fields without null. */
export function known<Shape extends z.ZodRawShape>(
  shape: Shape,
): { readonly [Name in keyof Shape]: KnownField<Shape[Name]> } {
  const entries = Object.entries(shape).map(([name, field]) => [
    name,
    field instanceof z.ZodNullable ? field.unwrap() : field,
  ]);
  return Object.fromEntries(entries) as { readonly [Name in keyof Shape]: KnownField<Shape[Name]> };
}
