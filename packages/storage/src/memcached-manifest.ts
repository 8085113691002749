import { createHash } from "node:crypto";
import { isSequence } from "./publication.ts";

/** What a publication consists of. It is written after the documents: with it they count, without it they do not. */
export interface Manifest {
  readonly sequence: number;
  /** Key to digest of the text. */
  readonly digests: ReadonlyMap<string, string>;
}

/** What tells a text from that of any other publication. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

export function encodeManifest({ sequence, digests }: Manifest): string {
  return JSON.stringify({ sequence, documents: Object.fromEntries(digests) });
}

/** Null for whatever is no manifest: in a cache that is the same as nothing. */
export function decodeManifest(text: string | null): Manifest | null {
  const content = parseJson(text ?? "");
  if (typeof content !== "object" || content === null) {
    return null;
  }
  if (!("sequence" in content) || !isSequence(content.sequence)) {
    return null;
  }
  if (!("documents" in content) || typeof content.documents !== "object" || content.documents === null) {
    return null;
  }
  const digests = new Map<string, string>();
  for (const [key, digest] of Object.entries(content.documents)) {
    if (typeof digest !== "string") {
      return null;
    }
    digests.set(key, digest);
  }
  return digests.size === 0 ? null : { sequence: content.sequence, digests };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return null;
    }
    throw error;
  }
}
