import type { Clock } from "@pulseboard/runtime";
import { withTimeout } from "../transport/with-timeout.ts";
import { ReferenceDataError, type ReferenceErrorCode } from "./reference-error.ts";

const TIMEOUT_MS = 8000;
/** The answers have a few kilobytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * GET of a JSON body, whole within the timeout and the size.
 *
 * @throws ReferenceDataError, or the signal's reason when it is aborted.
 */
export async function fetchJson(url: URL, clock: Clock, signal: AbortSignal): Promise<unknown> {
  const endpoint = url.pathname;
  const fail = (
    code: ReferenceErrorCode,
    reason: string,
    more: { retryAfterMs?: number | null; cause?: unknown } = {},
  ) => new ReferenceDataError(code, endpoint, `${url.host}${endpoint}: ${reason}.`, more);
  let isOurTimeout = false;
  try {
    return await withTimeout(clock, TIMEOUT_MS, signal, async (inner) => {
      inner.addEventListener("abort", () => {
        isOurTimeout = !signal.aborted;
      });
      const response = await fetch(url, {
        signal: inner,
        redirect: "error",
        headers: { accept: "application/json", "user-agent": "pulseboard" },
      });
      if (response.status !== 200) {
        await response.body?.cancel();
        const retryAfterMs = Number(response.headers.get("retry-after")) * 1000;
        throw fail(codeOfStatus(response.status), `HTTP ${response.status}`, {
          retryAfterMs: retryAfterMs > 0 ? retryAfterMs : null,
        });
      }
      const text = await readText(response, () => fail("reference_bad_body", `body above ${MAX_BODY_BYTES} bytes`));
      try {
        return JSON.parse(text) as unknown;
      } catch (cause) {
        throw fail("reference_bad_body", text.trim() === "" ? "an empty body" : "a body that is not JSON", { cause });
      }
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ReferenceDataError) {
      throw error;
    }
    if (isOurTimeout) {
      throw fail("reference_timeout", `no whole answer within ${TIMEOUT_MS / 1000} s`, { cause: error });
    }
    throw fail("reference_unreachable", `could not be reached (${reasonOf(error)})`, { cause: error });
  }
}

function codeOfStatus(status: number): ReferenceErrorCode {
  if (status === 429) {
    return "reference_rate_limited";
  }
  if (status >= 500) {
    return "reference_unavailable";
  }
  return "reference_refused";
}

async function readText(response: Response, tooBig: () => Error): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw tooBig();
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** fetch says "fetch failed" and keeps the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.cause instanceof Error ? error.cause.message : error.message;
}
