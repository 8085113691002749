import { type Clock, withTimeout } from "@pulseboard/runtime";
import { ReferenceDataError, type ReferenceErrorCode } from "../errors/reference-error.ts";

/** The answers have a few kilobytes. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface ReferenceRequestOptions {
  readonly clock: Clock;
  /** Until the last byte of the body. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Gets a JSON body of at most 1 MiB.
 *
 * @throws ReferenceDataError, or the signal's reason when it is aborted
 */
export async function fetchJson(url: URL, { clock, timeoutMs, signal }: ReferenceRequestOptions): Promise<unknown> {
  const fail = (
    code: ReferenceErrorCode,
    reason: string,
    more: { readonly retryAfterMs?: number | null; readonly cause?: unknown } = {},
  ) => new ReferenceDataError(code, url.pathname, `${url.host}${url.pathname}: ${reason}.`, more);

  const get = async (inner: AbortSignal): Promise<unknown> => {
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
    const text = await readText(response, inner, () =>
      fail("reference_bad_body", `body above ${MAX_BODY_BYTES} bytes`),
    );
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw fail("reference_bad_body", text.trim() === "" ? "an empty body" : "a body that is not JSON", { cause });
    }
  };
  try {
    return await withTimeout(get, {
      clock,
      ms: timeoutMs,
      signal,
      onTimeout: () => {
        throw fail("reference_timeout", `no complete answer within ${timeoutMs / 1000} s`);
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ReferenceDataError) {
      throw error;
    }
    throw fail("reference_unreachable", `could not be reached (${reasonOf(error)})`, { cause: error });
  }
}

function codeOfStatus(status: number): ReferenceErrorCode {
  if (status === 429) {
    return "reference_rate_limited";
  }
  return status >= 500 ? "reference_unavailable" : "reference_refused";
}

/**
 * On Node 20 and 22, `fetch` loses its signal when the garbage collector runs between the headers and the end of the body
 * (fetch-json.test.ts shows it), so that the body is cancelled here too: otherwise the
 * connection of an answer that stalls would stay open for five minutes.
 */
async function readText(response: Response, signal: AbortSignal, tooBig: () => Error): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) {
    return "";
  }
  // Whoever aborts has given up the answer: what ends it is of no interest any more.
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", cancel, { once: true });
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.length;
      if (size > MAX_BODY_BYTES) {
        await reader.cancel();
        throw tooBig();
      }
      chunks.push(next.value);
    }
  } finally {
    signal.removeEventListener("abort", cancel);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** `fetch` only says "fetch failed"; its cause has the reason. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.cause instanceof Error ? error.cause.message : error.message;
}
