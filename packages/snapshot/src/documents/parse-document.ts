import { z } from "zod";
import { describeIssues } from "../shared/describe-issues.ts";
import { SCHEMA_VERSION } from "../shared/envelope.ts";
import { utf8Bytes } from "../shared/sizes.ts";

/** Turns a document of one schema version into the same document of the next one; pure. */
type Migration = (document: Readonly<Record<string, unknown>>) => unknown;

/** The rules by which one kind of document is read. */
export interface DocumentKind {
  /** For messages: "mobile:snapshot". */
  readonly name: string;
  /** Must not transform: readers get the document as it is, including fields that a newer writer added. */
  readonly schema: z.ZodType;
  /** The size limit, bytes of UTF-8. */
  readonly maxBytes: number;
  /** The version that `schema` describes. */
  readonly version: number;
  /** Turns a document of the previous version into one of this; null while there is no previous one. */
  readonly fromPrevious: Migration | null;
}

/** The reason why a document is not used, by path: "market_overview.btc_price: expected number, received string". */
export interface Refused {
  readonly ok: false;
  readonly problem: string;
}

export type ParseResult = { readonly ok: true; readonly document: unknown } | Refused;

/** Reads a document's JSON text; the problem names the path of each defect. Never throws. */
export function parseDocument(text: string, kind: DocumentKind): ParseResult {
  const json = parseJsonObject(text, kind);
  if (!json.ok) {
    return json;
  }
  const { document } = json;
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

/** Today every kind is in its first version. */
export const firstVersion = { version: SCHEMA_VERSION, fromPrevious: null } as const;

const jsonObjectSchema = z.record(z.string(), z.unknown());

/** Reads a JSON object of at most `maxBytes`. Never throws. */
export function parseJsonObject(
  text: string,
  { name, maxBytes }: Pick<DocumentKind, "name" | "maxBytes">,
): { readonly ok: true; readonly document: Readonly<Record<string, unknown>> } | Refused {
  const bytes = utf8Bytes(text);
  if (bytes > maxBytes) {
    return refused(`${bytes} bytes are more than the ${maxBytes} that ${name} may have`);
  }
  try {
    const document: unknown = JSON.parse(text);
    const object = jsonObjectSchema.safeParse(document);
    return object.success ? { ok: true, document: object.data } : refused("expected an object");
  } catch (error) {
    return refused(`not JSON: ${messageOf(error)}`);
  }
}

function refused(problem: string): Refused {
  return { ok: false, problem };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
