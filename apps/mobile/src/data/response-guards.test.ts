import { confluenceAnalysis, errorBody, exampleDocuments } from "@pulseboard/snapshot";
import { describe, expect, it } from "vitest";
import {
  isAlerts,
  isAnalysis,
  isErrorBody,
  isHistory,
  isOtherVersion,
  isPageSnapshot,
  isReadable,
} from "./response-guards.ts";
import { sampleHistory } from "./testing/sample-history.ts";
import { sampleSnapshot } from "./testing/sample-snapshot.ts";

const snapshot = sampleSnapshot();
const noData = errorBody(0, "no_snapshot", "Nothing was computed yet.");

describe("isPageSnapshot", () => {
  it("accepts the server's body", () => {
    expect(isPageSnapshot(snapshot)).toBe(true);
    expect(isPageSnapshot(sampleSnapshot({ stale: true, data_source: "stale", confluence_scores: [] }))).toBe(true);
  });

  it.each<[string, unknown]>([
    ["nothing", null],
    ["a list", [snapshot]],
    ["a text", "<html>"],
    ["the error body", noData],
    ["a body of another program", { status: "success" }],
    ["another version", { ...snapshot, schema_version: 2 }],
    ["no market", { ...snapshot, market_overview: null }],
    ["a regime that is not a string", { ...snapshot, market_overview: { market_regime: 3 } }],
    ["no sections", { ...snapshot, sections: {} }],
    ["no reasons", { ...snapshot, missing: undefined }],
    ["an invalid time", { ...snapshot, generated_at: "yesterday" }],
    ["a period of 0", { ...snapshot, period_ms: 0 }],
    [
      "a score without a number",
      { ...snapshot, confluence_scores: [{ ...snapshot.confluence_scores[0], score: null }] },
    ],
    ["a score without components", { ...snapshot, confluence_scores: [{ symbol: "X", score: 50 }] }],
    ["scores that are not a list", { ...snapshot, confluence_scores: {} }],
    ["movers that are not lists", { ...snapshot, top_movers: {} }],
  ])("refuses %s", (_name, body) => {
    expect(isPageSnapshot(body)).toBe(false);
  });
});

describe("the guards of the other bodies", () => {
  const { snapshot: full, analyses, alerts } = exampleDocuments();
  const [first] = analyses.values();
  if (first === undefined || alerts === null) {
    throw new Error("the example lacks documents");
  }

  it("recognise their outline", () => {
    expect(isAnalysis(confluenceAnalysis(full, first, "stale"))).toBe(true);
    expect(isAnalysis(first)).toBe(false);
    expect(isAlerts(alerts.alerts)).toBe(true);
    expect(isAlerts([])).toBe(true);
    expect(isAlerts([{ id: 3 }])).toBe(false);
    expect(isAlerts(noData)).toBe(false);
    expect(isErrorBody(noData)).toBe(true);
    expect(isErrorBody(snapshot)).toBe(false);
  });

  it("accept the newest version and the one before it", () => {
    const read = (newest: number) => [0, 1, 2, 3, "1", null].filter((version) => isReadable(version, newest));
    expect([1, 2, 3].map(read)).toEqual([[1], [1, 2], [2, 3]]);
  });

  it("tell an unreadable version from a body that is not ours", () => {
    expect(isOtherVersion({ ...snapshot, schema_version: 2 })).toBe(true);
    expect([snapshot, noData, {}, null].map(isOtherVersion)).toEqual([false, false, false, false]);
  });
});

describe("isHistory", () => {
  it("accepts the server's body, and nothing else", () => {
    const history = sampleHistory();
    const { "90d": _, ...spans } = history.spans;
    const withSpan = (span: object) => ({ ...history, spans: { ...history.spans, "6h": span } });
    expect(isHistory(history)).toBe(true);
    const others = [null, noData, { ...history, schema_version: 3 }, { ...history, spans }, withSpan({ price: [] })];
    expect(others.map(isHistory)).toEqual(others.map(() => false));
  });
});
