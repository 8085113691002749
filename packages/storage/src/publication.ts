import type { Publication } from "./document-store.ts";
import { StoreError } from "./store-error.ts";

/** Begins the keys under which stores keep their own notes beside the documents. */
export const OWN_PREFIX = "pulseboard:";

/** Throws a StoreError unless the publication is one that a store can keep. Every store checks this first. */
export function assertPublication(publication: Publication): void {
  const { sequence, documents } = publication;
  if (!isSequence(sequence)) {
    throw badPublication(
      `its sequence is ${String(sequence)}, not a positive integer up to ${Number.MAX_SAFE_INTEGER}`,
    );
  }
  if (documents.size === 0) {
    throw badPublication(`sequence ${sequence} has no documents`);
  }
  const reserved = [...documents.keys()].find((key) => key.startsWith(OWN_PREFIX));
  if (reserved !== undefined) {
    throw badPublication(`the key ${reserved} is one that stores keep for themselves`);
  }
}

export function isSequence(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

/** A copy that shares nothing which could be changed. */
export function copyPublication(publication: Publication): Publication {
  return { sequence: publication.sequence, documents: new Map(publication.documents) };
}

/** The error for a publication that is not one. */
export function badPublication(reason: string): StoreError {
  return new StoreError(`Not a publication: ${reason}`, { code: "bad_publication", retryable: false });
}
