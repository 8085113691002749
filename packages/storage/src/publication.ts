import type { Publication, SingleDocument } from "./document-store.ts";
import { StoreError } from "./store-error.ts";

/** Begins the keys under which stores keep their own notes beside the documents. */
export const OWN_PREFIX = "pulseboard:";

/** Throws a StoreError unless the publication is one that a store can keep. Every store checks this first. */
export function assertPublication(publication: Publication): void {
  const { sequence, documents, forOthers } = publication;
  if (!isSequence(sequence)) {
    throw badPublication(`its sequence is ${String(sequence)}, not a positive integer up to ${MAX_SEQUENCE}`);
  }
  if (documents.size === 0) {
    throw badPublication(`sequence ${sequence} has no documents`);
  }
  const others = [...(forOthers?.texts.keys() ?? [])];
  const reserved = [...documents.keys(), ...others].find((key) => key.startsWith(OWN_PREFIX));
  if (reserved !== undefined) {
    throw badPublication(`the key ${reserved} is one that stores keep for themselves`);
  }
  const twice = others.find((key) => documents.has(key));
  if (twice !== undefined) {
    throw badPublication(`the key ${twice} is a document and a text for others`);
  }
}

/** A document says its sequence within so many characters. */
const HEAD_CHARS = 200;

/** The sequence that the beginning of a document carries; null for none, or one that never was given. */
function carriedSequence(text: string): number | null {
  const found = Number(/"sequence":(\d+)[,}]/.exec(text.slice(0, HEAD_CHARS))?.[1]);
  return countsFromOutside(found) ? found : null;
}

/** Throws a StoreError unless the document is one that a store can keep by itself. */
export function assertSingle({ key, sequence, text }: SingleDocument): void {
  if (key.startsWith(OWN_PREFIX)) {
    throw badPublication(`the key ${key} is one that stores keep for themselves`);
  }
  if (!countsFromOutside(sequence) || carriedSequence(text) !== sequence) {
    throw badPublication(`${key} does not begin with its sequence ${String(sequence)}`);
  }
}

/** What lies under a key as a document; null for what carries no sequence. */
export function singleFrom(key: string, text: string | null): SingleDocument | null {
  const sequence = text === null ? null : carriedSequence(text);
  return text === null || sequence === null ? null : { key, sequence, text };
}

/** Two refreshes a minute need a hundred thousand years for this: a higher number was never given by a Pulseboard. */
export const MAX_OUTSIDE_SEQUENCE = 100_000_000_000;
/** Leaves room for what is published after the highest number that counts. */
const MAX_SEQUENCE = 1.01 * MAX_OUTSIDE_SEQUENCE;

export function isSequence(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 && value <= MAX_SEQUENCE;
}

/**
 * Tells whether a number that was found in a store may count as the sequence of what is there. That is half of the rule; the
 * other half is each store's: a readable document beside it carries the same number. Anything may have written the number (a
 * hand, another program, a damaged disk), and one that is believed is never fallen below again.
 */
export function countsFromOutside(value: unknown): value is number {
  return isSequence(value) && value <= MAX_OUTSIDE_SEQUENCE;
}

/** A copy of the documents that shares nothing which could be changed. */
export function copyPublication(publication: Publication): Publication {
  return { sequence: publication.sequence, documents: new Map(publication.documents) };
}

/** The error for a publication that is not one. */
export function badPublication(reason: string): StoreError {
  return new StoreError(`Not a publication: ${reason}`, { code: "bad_publication", retryable: false });
}
