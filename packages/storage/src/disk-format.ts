import { isRecord } from "@pulseboard/runtime";
import type { Publication } from "./document-store.ts";
import { isSequence } from "./publication.ts";

/** Raised when the meaning of a field changes; a file of another version is not read. */
const FORMAT = "pulseboard-documents-1";

/** One publication as the text of one file, a document at a time: together they would hold the event loop. */
export function* encodePublication({ sequence, documents }: Publication): Generator<string> {
  let before = JSON.stringify({ format: FORMAT, sequence, documents: {} }).slice(0, -"}}".length);
  for (const [key, document] of documents) {
    yield `${before}${JSON.stringify(key)}:${JSON.stringify(document)}`;
    before = ",";
  }
  yield "}}";
}

/** More than enough for the beginning of a file, which names the sequence. */
export const HEAD_BYTES = 128;
const HEAD = new RegExp(`^\\{"format":"${FORMAT}","sequence":(\\d+),`);

/** Reads the sequence that a file carries from its first HEAD_BYTES; null when these are not a publication's. */
export function sequenceOfHead(head: string): number | null {
  const sequence = HEAD.exec(head)?.[1];
  return sequence === undefined ? null : Number(sequence);
}

/** Parses the text of one file; returns the reason in a few words when it is not a publication. */
export function decodePublication(text: string): Publication | string {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return `it is not complete JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (typeof content !== "object" || content === null) {
    return "it is not a JSON object";
  }
  if (!("format" in content) || content.format !== FORMAT) {
    return `it is not of the format ${FORMAT}`;
  }
  if (!("sequence" in content) || !isSequence(content.sequence)) {
    return "it has no valid sequence";
  }
  if (!("documents" in content) || !isRecord(content.documents)) {
    return "it has no documents";
  }
  const documents = new Map<string, string>();
  for (const [key, document] of Object.entries(content.documents)) {
    if (typeof document !== "string") {
      return `its document ${key} is not text`;
    }
    documents.set(key, document);
  }
  return documents.size === 0 ? "it has no documents" : { sequence: content.sequence, documents };
}
