import { errorAnswer } from "../bybit/exchange.ts";
import { jsonReply, type Reply } from "../http/send.ts";
import { withBadNumbers } from "./bad-numbers.ts";
import { badGzip, redirect, reset, resetMidBody, slowHeaders, stalledBody } from "./connection-faults.ts";
import type { Fault, FaultTarget } from "./fault.ts";
import {
  GEO_BLOCK_HTML,
  GEO_BLOCK_JSON,
  gatewayPage,
  HTML_WITH_200,
  TOO_FREQUENT,
  TOO_MANY_VISITS,
  textReply,
} from "./replies.ts";
import { frozen, goneBack, lagging, wrongTime } from "./time-faults.ts";

/** Every fault, by name. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  truncated: damaging("status 200, the first half of the body", (text) => text.slice(0, text.length / 2)),
  empty_body: damaging("status 200, no body", () => ""),
  null_body: damaging("status 200, the body is null", () => "null"),
  empty_object: damaging("status 200, {}", () => "{}"),
  empty_array: damaging("status 200, []", () => "[]"),
  result_null: changing("the part with the data is null", (body) => withoutData(body, null)),
  list_missing: changing("the part with the data is {}", (body) => withoutData(body, {})),
  bad_numbers: changing('every other row has "", "abc", "-1" or "NaN" for its figures', withBadNumbers),
  html_200: answering("an HTML page with status 200", HTML_WITH_200),
  stalled_body: stalledBody,
  slow_headers: slowHeaders,
  reset,
  reset_mid_body: resetMidBody,
  bad_gzip: badGzip,
  redirect,
  http_400: answering("HTTP 400", textReply(400)),
  http_401: answering("HTTP 401", textReply(401)),
  http_404: answering("HTTP 404", textReply(404)),
  http_418: answering("HTTP 418", textReply(418)),
  http_429: answering("HTTP 429", textReply(429)),
  ...Object.fromEntries(
    [500, 502, 503, 504, 505, 520, 524].map((status) => [
      `http_${status}`,
      answering(`HTTP ${status}, a CloudFront page`, gatewayPage(status)),
    ]),
  ),
  code_10000: answeringCode(10000, "Server Timeout"),
  code_10001: answeringCode(10001, "params error: symbol invalid"),
  code_10001_symbols: answeringCode(10001, "Not supported symbols"),
  code_10006: answeringCode(10006, "Too many visits!", (timeMs) => ({
    "x-bapi-limit": "10",
    "x-bapi-limit-status": "0",
    "x-bapi-limit-reset-timestamp": String(timeMs + 1000),
  })),
  code_10009: answeringCode(10009, "Service Restricted"),
  code_10016_timeout: answeringCode(10016, "Request timeout, please try again later"),
  code_10016_server: answeringCode(10016, "System error. Please try again later."),
  code_10429: answeringCode(10429, "System level frequency protection"),
  code_unknown: answeringCode(99_999, "Something that nobody has documented"),
  rate_ban_403: answering("the answer to too many requests, as text; no ban follows", TOO_FREQUENT),
  rate_403_json: { ...answering("the same as JSON with retCode 10006", TOO_MANY_VISITS), exchangeOnly: true },
  geo_block_json: answering("403 from CloudFront: blocked country, as JSON", GEO_BLOCK_JSON),
  geo_block_html: answering("403 from CloudFront: blocked country, as a page", GEO_BLOCK_HTML),
  lagging,
  gone_back: goneBack,
  frozen,
  wrong_time: wrongTime,
};

export const FAULT_NAMES: readonly string[] = Object.keys(FAULTS);

/** The right headers around the wrong text. */
function damaging(description: string, damage: (text: string) => string): Fault {
  return {
    description,
    apply: ({ answer }) => {
      const reply = answer();
      return { ...reply, body: damage(reply.body) };
    },
  };
}

/** Well-formed JSON with the wrong content. */
function changing(description: string, change: (body: unknown) => unknown): Fault {
  return damaging(description, (text) => JSON.stringify(change(JSON.parse(text))));
}

function answering(description: string, reply: Reply): Fault {
  return { description, apply: () => reply };
}

function answeringCode(
  retCode: number,
  retMsg: string,
  headersAt: (timeMs: number) => Readonly<Record<string, string>> = () => ({}),
): Fault {
  return {
    description: `HTTP 200 with retCode ${retCode} "${retMsg}"`,
    exchangeOnly: true,
    apply: ({ timeMs }: FaultTarget) => ({
      ...jsonReply(errorAnswer(retCode, retMsg, timeMs)),
      headers: headersAt(timeMs),
    }),
  };
}

/** The data is in `result` (the exchange), in `data` (CoinGecko, alternative.me), or the body itself (CoinPaprika). */
function withoutData(body: unknown, instead: null | object): unknown {
  if (typeof body !== "object" || body === null) {
    return body;
  }
  const name = ["result", "data"].find((candidate) => candidate in body);
  return name === undefined ? instead : { ...body, [name]: instead };
}
