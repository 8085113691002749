import type { z } from "zod";
import { describeIssues } from "./describe-issues.ts";
import { SCHEMA_VERSION } from "./envelope.ts";
import { utf8Bytes } from "./sizes.ts";

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
  if (bytes > kind.maxBytes) {
    return refused(`${bytes} bytes are more than the ${kind.maxBytes} that ${kind.name} may have`);
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return refused(`not JSON: ${messageOf(error)}`);
  }
  if (!isObject(document)) {
    return refused("expected an object");
  }

  const version = document.schema_version;
  let current: unknown = document;
  if (version === kind.version - 1 && kind.fromPrevious !== null) {
    try {
      current = kind.fromPrevious(document);
    } catch (error) {
      return refused(`schema_version ${version} could not be brought to ${kind.version}: ${messageOf(error)}`);
    }
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
