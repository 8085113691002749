import { isRecord } from "@pulseboard/runtime";
import { ExchangeError, type ExchangeErrorCode } from "../errors/exchange-error.ts";
import { readEnvelope } from "./envelope.ts";

/** An HTTP response, whatever its body is. */
export interface RawResponse {
  readonly endpoint: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** The parsed body, undefined when it is not JSON. */
  readonly json: unknown;
}

/** Bybit's return codes for public data. Any other code counts as trouble of the exchange. */
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

/** The error that an answer stands for, or null for an envelope with retCode 0. */
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
    const code = isGeoBlock(response.body) ? "exchange_geo_blocked" : "exchange_banned";
    return fail(code, `HTTP 403 (${code === "exchange_banned" ? "too many requests" : "not served from here"})`);
  }
  if (status === 451) {
    return fail("exchange_geo_blocked", "HTTP 451 (not served from here)");
  }
  if (status === 429 || status === 418) {
    return fail("exchange_rate_limited", `HTTP ${status} (too many requests)`);
  }

  const rejection = isRecord(json) ? readRejection(json) : null;
  if (rejection !== null) {
    return fail(rejection.code, rejection.reason);
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
  return typeof envelope === "string" ? fail("exchange_bad_body", `a body that is not an answer (${envelope})`) : null;
}

/** Says that the place is the reason: "configured to block access from your country", "not available in your region". */
const REFUSES = "(?:block|restrict|forbid|prohibit|unavailable|not (?:available|allowed|permitted|served|supported))";
const PLACE = "\\b(?:country|countries|regions?|jurisdictions?|territor(?:y|ies)|locations?)\\b";
const BLOCKS_A_PLACE = new RegExp(`${REFUSES}[^.<>{}]{0,80}${PLACE}|${PLACE}[^.<>{}]{0,80}${REFUSES}`, "i");

/**
 * Tells the two meanings of a 403 apart. It counts as the IP ban unless its body says otherwise: mistaking a block for
 * a ban costs ten minutes, but mistaking a ban for anything milder prolongs it. CloudFront sends the block, as JSON or
 * as a page, but also pages about too much traffic, which say nothing of a country.
 */
function isGeoBlock(body: string): boolean {
  if (/too frequent|too many visits|"retCode":\s*10006\b/i.test(body)) {
    return false;
  }
  return /"retCode":\s*10009\b/.test(body) || BLOCKS_A_PLACE.test(body);
}

function readRejection(json: Readonly<Record<string, unknown>>): { code: ExchangeErrorCode; reason: string } | null {
  const retCode = json.retCode;
  if (typeof retCode !== "number" || !Number.isInteger(retCode) || retCode === 0) {
    return null;
  }
  const retMsg = typeof json.retMsg === "string" ? json.retMsg.slice(0, 120) : "";
  return { code: codeOf(retCode, retMsg), reason: `retCode ${retCode} (${retMsg.replace(/[.\s]+$/, "")})` };
}

function codeOf(retCode: number, retMsg: string): ExchangeErrorCode {
  if (retCode === 10001 && /\bsymbols?\b/i.test(retMsg)) {
    return "unknown_symbol";
  }
  if (retCode === 10016 && /timeout/i.test(retMsg)) {
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

/** From `Retry-After` (seconds), else from the limit's reset time minus the answer's own time. */
function retryAfterMs({ headers, json }: RawResponse): number | null {
  const find = (name: string) => Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const seconds = Number(find("retry-after"));
  if (Number.isFinite(seconds) && seconds > 0) {
    return seconds * 1000;
  }
  const time = isRecord(json) ? json.time : undefined;
  const waitMs = typeof time === "number" ? Number(find("x-bapi-limit-reset-timestamp")) - time : Number.NaN;
  return Number.isFinite(waitMs) && waitMs > 0 ? waitMs : null;
}

/** The error for whatever the transport throws, ccxt's class or undici's own. */
export function errorFromTransport(endpoint: string, cause: unknown): ExchangeError {
  const { name = "", code = "", message = "" } = cause as { name?: string; code?: unknown; message?: string };
  const fail = (errorCode: ExchangeErrorCode, sentence: string) =>
    new ExchangeError({ code: errorCode, endpoint, message: sentence, cause });
  if (name === "RequestTimeout" || name === "AbortError") {
    return fail("exchange_timeout", `The exchange did not complete its answer to ${endpoint} in time.`);
  }
  if (String(code).startsWith("Z_") || String(code).startsWith("ERR_BR")) {
    return fail(
      "exchange_bad_body",
      `The exchange answered ${endpoint} with a body that does not decompress (${message}).`,
    );
  }
  // ccxt puts its own name and the whole address in front of the reason; the address may carry credentials.
  const reason = message.includes("redirect to")
    ? "it redirects elsewhere, which is not followed"
    : message.replace(/^.*?fetch failed:?\s*/, "").slice(0, 160) || String(code) || name;
  return fail("exchange_unreachable", `The exchange could not be reached for ${endpoint} (${reason}).`);
}

/** The simulator answered where the exchange was meant. */
export function simulatorTakenForExchange(endpoint: string): ExchangeError {
  return new ExchangeError({
    code: "exchange_is_simulator",
    endpoint,
    message: "EXCHANGE_URL leads to a simulator, but EXCHANGE does not say so: its data would pass for real.",
  });
}
