import { z } from "zod";

/**
 * The version of the method by which the scores of a document were computed. It is not the schema's: scores of two versions
 * are two different figures under one name. A document without it is of version 1.
 */
export const methodVersionField = z.int().positive();

/** The method's version of a document, or of an alert. */
export function methodVersionOf({ method_version }: { readonly method_version?: number | undefined }): number {
  return method_version ?? 1;
}

/** From this version on, documents say the score of now beside the published one, and the place among the others. */
const TWO_SCORES_SINCE = 2;

/** Names the `fields` that a part of a document must have by its method's version, and has not. */
export function lackingFields(
  document: { readonly method_version?: number | undefined },
  part: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): readonly string[] {
  return methodVersionOf(document) < TWO_SCORES_SINCE ? [] : fields.filter((name) => part[name] === undefined);
}
