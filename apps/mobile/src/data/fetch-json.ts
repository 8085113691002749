import type { PageClock } from "./page-clock.ts";

/** When a response arrived, and the times in its headers. */
export interface ResponseTiming {
  /** By the monotonic clock. */
  readonly sentAtMs: number;
  /** When its headers had arrived. */
  readonly receivedAtMs: number;
  /** `Date`: the server's time in whole seconds, Unix ms; null when absent. */
  readonly dateMs: number | null;
  /** `X-Snapshot-Age` in seconds; null when absent. */
  readonly snapshotAgeS: number | null;
}

/** Why a request failed. */
export type FetchFailure =
  | { readonly kind: "unreachable" }
  | { readonly kind: "timed-out" }
  /** A response, but not from Pulseboard: a network's login page, or a proxy's own page. */
  | { readonly kind: "not-ours" }
  /** A Pulseboard response in a format that this page cannot read. */
  | { readonly kind: "other-version" }
  | { readonly kind: "status"; readonly status: number; readonly retryAfterMs: number | null };

export type FetchResult =
  | { readonly kind: "body"; readonly body: unknown; readonly etag: string | null; readonly timing: ResponseTiming }
  | { readonly kind: "not-modified"; readonly timing: ResponseTiming }
  | { readonly kind: "failed"; readonly failure: FetchFailure };

export interface FetchJsonOptions {
  readonly fetch: typeof fetch;
  readonly clock: PageClock;
  /**
   * ETag of the body already here; null asks for the whole body. Leave it out to let the browser's cache revalidate.
   */
  readonly etag?: string | null;
  /** Aborts the request, which then counts as unreachable. */
  readonly signal?: AbortSignal;
}

/** A connection with 400 ms latency and 50 KB/s needs 2 s for the largest body, handshake included. */
export const REQUEST_LIMIT_MS = 10_000;

/**
 * Requests a JSON body. With an ETag the request bypasses the browser's cache, so that a 304 arrives with the header
 * that tells the snapshot's age. Never throws.
 */
export async function fetchJson(path: string, { fetch, clock, etag, signal }: FetchJsonOptions): Promise<FetchResult> {
  const request = new AbortController();
  const abort = (): void => request.abort();
  signal?.addEventListener("abort", abort);
  let isLate = false;
  const cancelLimit = clock.after(REQUEST_LIMIT_MS, () => {
    isLate = true;
    abort();
  });
  const sentAtMs = clock.elapsedMs();
  try {
    const response = await fetch(path, {
      headers: { accept: "application/json", ...(etag == null ? {} : { "if-none-match": etag }) },
      cache: etag === undefined ? "no-cache" : "no-store",
      signal: request.signal,
    });
    const timing = { sentAtMs, receivedAtMs: clock.elapsedMs(), ...timesOf(response.headers) };
    if (response.status === 304) {
      return { kind: "not-modified", timing };
    }
    if (response.status !== 200) {
      return failed({ kind: "status", ...statusOf(response) });
    }
    const body = parseJson(await response.text());
    if (body === undefined) {
      return failed({ kind: "not-ours" });
    }
    return { kind: "body", body, etag: response.headers.get("etag"), timing };
  } catch {
    // fetch gives no details about a failed connection; the browser's console has them.
    return failed({ kind: isLate ? "timed-out" : "unreachable" });
  } finally {
    cancelLimit();
    signal?.removeEventListener("abort", abort);
  }
}

/** Tells whether nothing answered at all: the meaning of "offline". */
export function isUnreachable({ kind }: FetchFailure): boolean {
  return kind === "unreachable" || kind === "timed-out";
}

/** Tells the reader what went wrong. */
export function failureSentence(failure: FetchFailure): string {
  switch (failure.kind) {
    case "unreachable":
      return "The server cannot be reached.";
    case "timed-out":
      return `The server did not answer within ${REQUEST_LIMIT_MS / 1000} s.`;
    case "not-ours":
      return "Something other than Pulseboard answered. Does this network ask you to log in?";
    case "other-version":
      return "This page and the server are on different versions. Reload the page.";
    case "status":
      return failure.status === 429
        ? "The server is getting too many requests from this network."
        : `The server answered with an error (${failure.status}).`;
  }
}

function failed(failure: FetchFailure): FetchResult {
  return { kind: "failed", failure };
}

function timesOf(headers: Headers): Pick<ResponseTiming, "dateMs" | "snapshotAgeS"> {
  const dateMs = Date.parse(headers.get("date") ?? "");
  const age = headers.get("x-snapshot-age") ?? "";
  return { dateMs: Number.isNaN(dateMs) ? null : dateMs, snapshotAgeS: /^\d+$/.test(age) ? Number(age) : null };
}

function statusOf({ status, headers }: Response): { readonly status: number; readonly retryAfterMs: number | null } {
  const seconds = headers.get("retry-after") ?? "";
  return { status, retryAfterMs: /^\d+$/.test(seconds) ? Number(seconds) * 1000 : null };
}

/** undefined when the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
