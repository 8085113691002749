import { haveRecordings, readRecordedBody } from "@pulseboard/testing/recordings";
import { describe, expect, test } from "vitest";
import { errorFromResponse } from "./errors.ts";

interface RecordedError {
  readonly name: string;
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

function classify({ status, headers = {}, body }: Omit<RecordedError, "name">) {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    json = undefined;
  }
  return errorFromResponse({ endpoint: "/v5/market/kline", status, headers, body, json });
}

const EXPECTED: Readonly<Record<string, string>> = {
  "rate limit (UID/endpoint)": "exchange_rate_limited",
  "rate limit, long text": "exchange_banned",
  "IP limit 600 req / 5 s breached": "exchange_banned",
  "geo block json": "exchange_geo_blocked",
  "geo block html": "exchange_geo_blocked",
  "bad symbol (kline/tickers)": "unknown_symbol",
  "params error": "unknown_symbol",
  "server timeout": "exchange_timeout",
  "server error": "exchange_unavailable",
  "service restricted": "exchange_geo_blocked",
  gateway: "exchange_unavailable",
};

describe.skipIf(!haveRecordings())("error bodies quoted by public sources", () => {
  const { cases } = readRecordedBody("error-bodies.json") as { cases: readonly RecordedError[] };
  test.each(cases.map((recorded) => [recorded.name, recorded] as const))("%s", (name, recorded) => {
    expect(classify(recorded)?.code).toBe(EXPECTED[name]);
  });
});

describe("a 403", () => {
  test("without a reason counts as the ban, which is the safe choice", () => {
    expect(classify({ status: 403, body: "<html>Forbidden</html>" })?.code).toBe("exchange_banned");
  });
  test("is retryable as a ban, and not as a geo-block", () => {
    expect(classify({ status: 403, body: "access too frequent" })).toMatchObject({ retryable: true, retryNow: false });
    const block = classify({ status: 403, body: "block access from your country (CloudFront)" });
    expect(block).toMatchObject({ retryable: false, retryNow: false });
    expect(block?.hint).toContain("another region");
  });
});

describe("the wait that the exchange asks for", () => {
  test("is Retry-After in seconds", () => {
    expect(classify({ status: 429, headers: { "Retry-After": "7" }, body: "" })?.retryAfterMs).toBe(7000);
    expect(classify({ status: 429, headers: { "Retry-After": "soon" }, body: "" })?.retryAfterMs).toBeNull();
  });
  test("otherwise is the limit's reset minus the answer's own time, regardless of the local clock", () => {
    const body = '{"retCode":10006,"retMsg":"Too many visits!","result":{},"time":1672738134000}';
    const headers = { "X-Bapi-Limit-Reset-Timestamp": "1672738134824" };
    expect(classify({ status: 200, headers, body })?.retryAfterMs).toBe(824);
  });
});
