import { z } from "zod";
import { describeIssues } from "../shared/describe-issues.ts";
import { isoTimeField } from "../shared/iso-time.ts";
import { utf8Bytes } from "../shared/sizes.ts";

/** The worker's own word about itself: small, written at each attempt, and on its own, whether anything is published or not. */
export const MAX_WORKER_STATUS_BYTES = 2048;
const MAX_REASONS = 8;
const MAX_PAUSES = 4;

const code = z.string().regex(/^[a-z0-9_:-]{1,64}$/, "expected a code");

/** Times are ISO 8601 in UTC with milliseconds. A reader of another version leaves out what it does not know. */
const workerStatusSchema = z.object({
  /** Raised when the meaning of a field changes; it has nothing to do with the snapshot's version. */
  format: z.literal(1),
  written_at: isoTimeField,
  version: z.string(),
  /** Whose market it refreshes, "bybit" or "simulator". */
  origin: z.string().max(64).optional(),
  pid: z.int().positive(),
  host: z.string(),
  data_dir: z.string(),
  started_at: isoTimeField,
  period_ms: z.int().positive(),
  /** Why the worker is degraded: since when, and until when if that is known. */
  reasons: z.array(z.object({ code, since: isoTimeField, until: isoTimeField.nullable() })).max(MAX_REASONS),
  last_attempt_at: isoTimeField.nullable(),
  last_success_at: isoTimeField.nullable(),
  last_failure: z
    .object({ at: isoTimeField, code, endpoint: z.string().nullable(), until: isoTimeField.nullable() })
    .nullable(),
  exchange_pauses: z.array(z.object({ scope: z.string(), code, until: isoTimeField })).max(MAX_PAUSES),
});

export type WorkerStatus = z.infer<typeof workerStatusSchema>;

/** Writes the document within its limit: long names lose their beginning, long lists their end. */
export function formatWorkerStatus(status: WorkerStatus): string {
  const endOf = (text: string, chars: number): string => (text.length <= chars ? text : `...${text.slice(-chars)}`);
  let reasons = status.reasons.slice(0, MAX_REASONS);
  for (;;) {
    const text = JSON.stringify({
      ...status,
      version: endOf(status.version, 40),
      host: endOf(status.host, 64),
      data_dir: endOf(status.data_dir, 100),
      reasons,
      exchange_pauses: status.exchange_pauses.slice(0, MAX_PAUSES),
    } satisfies WorkerStatus);
    if (utf8Bytes(text) <= MAX_WORKER_STATUS_BYTES || reasons.length === 0) {
      return text;
    }
    reasons = reasons.slice(0, -1);
  }
}

/** Reads the document; says in one line what is wrong if it is none. Never throws. */
export function parseWorkerStatus(
  text: string,
): { readonly ok: true; readonly status: WorkerStatus } | { readonly ok: false; readonly problem: string } {
  if (utf8Bytes(text) > MAX_WORKER_STATUS_BYTES) {
    return { ok: false, problem: `it has over ${MAX_WORKER_STATUS_BYTES} bytes` };
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return { ok: false, problem: `it is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const parsed = workerStatusSchema.safeParse(content);
  return parsed.success
    ? { ok: true, status: parsed.data }
    : { ok: false, problem: describeIssues(parsed.error.issues) };
}
