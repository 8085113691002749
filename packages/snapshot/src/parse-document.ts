import type { z } from "zod";
import { describeIssues } from "./describe-issues.ts";
import { SCHEMA_VERSION } from "./envelope.ts";

/** Turns a document of one schema version into the same document of the next one; pure. */
export type Migration = (document: Readonly<Record<string, unknown>>) => unknown;

/** How one kind of document is read. */
export interface DocumentKind {
  /** For messages: "mobile:snapshot". */
  readonly name: string;
  /** Must not transform: what was read is handed on as it is, with what a newer writer may have added. */
  readonly schema: z.ZodType;
  /** In UTF-8. A document beyond it is not one of ours. */
  readonly maxBytes: number;
  /** The version that `schema` describes. */
  readonly version: number;
  /** How a document of the previous version becomes one of this; null while there is no previous one. */
  readonly fromPrevious: Migration | null;
}

export type ParseResult =
  | { readonly ok: true; readonly document: unknown }
  | { readonly ok: false; readonly problem: string };

/** Reads a document's JSON text; a problem names the paths of what is wrong. Never throws. */
export function parseDocument(text: string, kind: DocumentKind): ParseResult {
  const bytes = utf8Bytes(text);
  if (bytes > kind.maxBytes)
    return refused(`${bytes} bytes are more than the ${kind.maxBytes} that ${kind.name} may have`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return refused(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(document)) return refused("expected an object");

  const version = document.schema_version;
  let current: unknown = document;
  if (version === kind.version - 1 && kind.fromPrevious !== null) {
    current = kind.fromPrevious(document);
  } else if (version !== kind.version) {
    const known = kind.fromPrevious === null ? `${kind.version}` : `${kind.version} and ${kind.version - 1}`;
    return refused(`schema_version: this reader knows ${known}, the document has ${JSON.stringify(version) ?? "none"}`);
  }
  const result = kind.schema.safeParse(current);
  return result.success ? { ok: true, document: current } : refused(describeIssues(result.error.issues));
}

/** Every kind today: the first version, with nothing before it. */
export const firstVersion = { version: SCHEMA_VERSION, fromPrevious: null } as const;

function refused(problem: string): ParseResult {
  return { ok: false, problem };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The length of `text` in UTF-8, as caches and disks count it. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x800) bytes += 2;
    else if (unit >= 0x80) bytes += 1;
    // Two surrogates are four bytes together: two each.
    if (unit >= 0xd800 && unit <= 0xdfff) bytes -= 1;
  }
  return bytes;
}
