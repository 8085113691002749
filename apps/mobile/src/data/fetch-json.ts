import type { PageClock } from "./page-clock.ts";

/** When an answer came, and what its headers say of time. */
export interface ResponseTiming {
  /** By the clock that cannot be set. */
  readonly sentAtMs: number;
  /** When its headers were there. */
  readonly receivedAtMs: number;
  /** `Date`: the server's time in whole seconds, Unix ms; null when it did not say. */
  readonly dateMs: number | null;
  /** `X-Snapshot-Age` in seconds, null when it did not say. */
  readonly snapshotAgeS: number | null;
}

/** Why a request brought nothing. */
export type FetchFailure =
  | { readonly kind: "unreachable" }
  | { readonly kind: "timed-out" }
  /** An answer, but not from Pulseboard: a login page of the network, a proxy's own page. */
  | { readonly kind: "not-ours" }
  /** From Pulseboard, in a form that this page does not know. */
  | { readonly kind: "other-version" }
  | { readonly kind: "status"; readonly status: number; readonly retryAfterMs: number | null };

export type FetchResult =
  | { readonly kind: "body"; readonly body: unknown; readonly etag: string | null; readonly timing: ResponseTiming }
  | { readonly kind: "not-modified"; readonly timing: ResponseTiming }
  | { readonly kind: "failed"; readonly failure: FetchFailure };

export interface FetchJsonOptions {
  readonly fetch: typeof fetch;
  readonly clock: PageClock;
  /** Of what is there already; null for the whole body. Left out: the browser's own cache compares. */
  readonly etag?: string | null;
  /** Calls the request off; that counts as unreachable. */
  readonly signal?: AbortSignal;
}

/** A connection with 400 ms to the server and 50 KB/s needs 2 s for the largest body, also right after a handshake. */
export const REQUEST_LIMIT_MS = 10_000;

/**
 * Asks the server for a JSON body. With an ETag the request goes past the browser's cache, so that a 304 comes through with
 * the headers that tell the snapshot's age. Never throws.
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
    // fetch tells no more than that there was no answer; the browser's console has the details.
    return failed({ kind: isLate ? "timed-out" : "unreachable" });
  } finally {
    cancelLimit();
    signal?.removeEventListener("abort", abort);
  }
}

/** Whether nothing answered at all, which is what "offline" means. */
export function isUnreachable({ kind }: FetchFailure): boolean {
  return kind === "unreachable" || kind === "timed-out";
}

/** What went wrong, for the reader. */
export function failureSentence(failure: FetchFailure): string {
  switch (failure.kind) {
    case "unreachable":
      return "The server cannot be reached.";
    case "timed-out":
      return `The server did not answer within ${REQUEST_LIMIT_MS / 1000} s.`;
    case "not-ours":
      return "What answered is not Pulseboard. Does this network want you to log in?";
    case "other-version":
      return "The server speaks another version than this page. Reload the page.";
    case "status":
      return failure.status === 429
        ? "The server is asked too often from this network."
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

/** undefined for what is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
