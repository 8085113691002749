import { haveRecordings, readRecordedBody } from "@pulseboard/testing/recordings";
import { describe, expect, test } from "vitest";
import { errorFromResponse } from "./response-error.ts";

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

describe.skipIf(!haveRecordings())("error bodies as public sources quote them", () => {
  const { cases } = readRecordedBody("error-bodies.json") as { cases: readonly RecordedError[] };
  test.each(cases.map((recorded) => [recorded.name, recorded] as const))("%s", (name, recorded) => {
    expect(classify(recorded)?.code).toBe(EXPECTED[name]);
  });
});

describe("what a 403 means", () => {
  test("without a reason it is the ban, which is the safe side", () => {
    expect(classify({ status: 403, body: "<html>Forbidden</html>" })?.code).toBe("exchange_banned");
  });
  test("the ban says that waiting helps, the block that it does not", () => {
    expect(classify({ status: 403, body: "access too frequent" })).toMatchObject({ retryable: true, retryNow: false });
    const block = classify({ status: 403, body: "block access from your country (CloudFront)" });
    expect(block).toMatchObject({ retryable: false, retryNow: false });
    expect(block?.hint).toContain("another region");
  });
});

describe("how long the exchange asks us to wait", () => {
  test("Retry-After counts in seconds, and a mad one is cut to a minute", () => {
    expect(classify({ status: 429, headers: { "Retry-After": "7" }, body: "" })?.retryAfterMs).toBe(7000);
    expect(classify({ status: 429, headers: { "Retry-After": "86400" }, body: "" })?.retryAfterMs).toBe(60_000);
    expect(classify({ status: 429, headers: { "Retry-After": "soon" }, body: "" })?.retryAfterMs).toBeNull();
  });
  test("else the limit's reset against the answer's own time, whatever our clock says", () => {
    const body = '{"retCode":10006,"retMsg":"Too many visits!","result":{},"time":1672738134000}';
    const headers = { "X-Bapi-Limit-Reset-Timestamp": "1672738134824" };
    expect(classify({ status: 200, headers, body })?.retryAfterMs).toBe(824);
  });
});
