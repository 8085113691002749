import { ExchangeError, type ExchangeErrorCode } from "../exchange-error.ts";
import { isRecord, readEnvelope } from "./envelope.ts";

export interface RawResponse {
  readonly endpoint: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** The body as JSON, undefined when it is none. */
  readonly json: unknown;
}

/** What the exchange's own codes mean for public data. An unlisted code is taken as trouble of the exchange. */
const RET_CODES: Readonly<Record<number, ExchangeErrorCode>> = {
  10000: "exchange_timeout",
  10001: "exchange_bad_request",
  10006: "exchange_rate_limited",
  10009: "exchange_geo_blocked",
  10016: "exchange_unavailable",
  10017: "exchange_bad_request",
  10029: "unknown_symbol",
  10429: "exchange_rate_limited",
};

/** Longest wait that we believe in a header. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/** Why this answer cannot be used, or null when it is a good envelope. */
export function errorFromResponse(response: RawResponse): ExchangeError | null {
  const { endpoint, status, json } = response;
  const fail = (code: ExchangeErrorCode, reason: string) =>
    new ExchangeError({
      code,
      endpoint,
      message: `The exchange answered ${endpoint} with ${reason}.`,
      retryAfterMs: code === "exchange_rate_limited" ? retryAfterMs(response) : null,
    });

  if (status === 403) {
    const code = meansGeoBlock(response.body) ? "exchange_geo_blocked" : "exchange_banned";
    return fail(code, `HTTP 403 (${code === "exchange_banned" ? "too many requests" : "not served from here"})`);
  }
  if (status === 451) {
    return fail("exchange_geo_blocked", "HTTP 451 (not served from here)");
  }
  if (status === 429 || status === 418) {
    return fail("exchange_rate_limited", `HTTP ${status} (too many requests)`);
  }

  const refusal = isRecord(json) ? readRefusal(json) : null;
  if (refusal !== null) {
    return fail(refusal.code, refusal.reason);
  }
  if (status === 504) {
    return fail("exchange_timeout", "HTTP 504 (its gateway timed out)");
  }
  if (status >= 500) {
    return fail("exchange_unavailable", `HTTP ${status}`);
  }
  if (status >= 400) {
    return fail("exchange_bad_request", `HTTP ${status}`);
  }
  if (status !== 200) {
    return fail("exchange_bad_body", `HTTP ${status}`);
  }
  if (json === undefined) {
    return fail("exchange_bad_body", describeText(response.body));
  }
  const envelope = readEnvelope(json);
  return typeof envelope === "string" ? fail("exchange_bad_body", `a body that is no answer (${envelope})`) : null;
}

/**
 * A 403 is the IP ban unless it says otherwise: taking a block for a ban costs ten minutes, taking a ban for
 * anything milder prolongs it. The block comes from CloudFront, as JSON or as a page.
 */
function meansGeoBlock(body: string): boolean {
  if (/too frequent|too many visits|"retCode":\s*10006/i.test(body)) {
    return false;
  }
  return /cloudfront|your country|"retCode":\s*10009|restricted/i.test(body);
}

function readRefusal(json: Readonly<Record<string, unknown>>): { code: ExchangeErrorCode; reason: string } | null {
  const retCode = json.retCode;
  if (typeof retCode !== "number" || !Number.isInteger(retCode) || retCode === 0) {
    return null;
  }
  const said = typeof json.retMsg === "string" ? json.retMsg.slice(0, 120) : "";
  return { code: codeOf(retCode, said), reason: `retCode ${retCode} (${said.replace(/[.\s]+$/, "")})` };
}

function codeOf(retCode: number, said: string): ExchangeErrorCode {
  if (retCode === 10001 && /symbol/i.test(said)) {
    return "unknown_symbol";
  }
  if (retCode === 10016 && /timeout/i.test(said)) {
    return "exchange_timeout";
  }
  return RET_CODES[retCode] ?? "exchange_unavailable";
}

function describeText(body: string): string {
  const text = body.trim();
  if (text === "") {
    return "an empty body";
  }
  if (text.startsWith("<")) {
    return "a web page instead of data";
  }
  if (text.length <= 40) {
    return `the text ${JSON.stringify(text)} instead of data`;
  }
  return `text that is not JSON (${text.length} characters, perhaps cut off)`;
}

/** From `Retry-After` (seconds), else from the limit's reset time against the answer's own time. */
function retryAfterMs({ headers, json }: RawResponse): number | null {
  const find = (name: string) => Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const seconds = Number(find("retry-after"));
  if (Number.isFinite(seconds) && seconds > 0) {
    return Math.min(seconds * 1000, LONGEST_RETRY_AFTER_MS);
  }
  const time = isRecord(json) ? json.time : undefined;
  const waitMs = typeof time === "number" ? Number(find("x-bapi-limit-reset-timestamp")) - time : Number.NaN;
  return Number.isFinite(waitMs) && waitMs > 0 ? Math.min(waitMs, LONGEST_RETRY_AFTER_MS) : null;
}
