import type { ConfluenceAnalysis } from "@pulseboard/snapshot";
import { expect, test } from "vitest";
import { type AnalysisState, afterLoading } from "./use-analysis.ts";

/** Only what is looked at here. */
function analysisOf(timestamp: number): ConfluenceAnalysis {
  return { timestamp } as ConfluenceAnalysis;
}

const WAITING: AnalysisState = { analysis: null, fromDevice: false, failure: null };
const SHOWN: AnalysisState = { analysis: analysisOf(100), fromDevice: false, failure: null };

test("what comes from the server is shown, and ends a failure", () => {
  const value = analysisOf(130);
  const failed = { ...SHOWN, failure: "No connection." };
  expect(afterLoading(failed, { ok: true, value, fromDevice: false })).toEqual({
    analysis: value,
    fromDevice: false,
    failure: null,
  });
});

test("a failure is said and takes nothing away", () => {
  expect(afterLoading(SHOWN, { ok: false, reason: "No connection." })).toEqual({
    ...SHOWN,
    failure: "No connection.",
  });
  expect(afterLoading(WAITING, { ok: false, reason: "No connection." })).toEqual({
    ...WAITING,
    failure: "No connection.",
  });
});

test("the copy on the device is better than nothing", () => {
  const value = analysisOf(10);
  expect(afterLoading(WAITING, { ok: true, value, fromDevice: true })).toMatchObject({
    analysis: value,
    fromDevice: true,
  });
});

test("and never takes the place of what is newer", () => {
  expect(afterLoading(SHOWN, { ok: true, value: analysisOf(99), fromDevice: true })).toBe(SHOWN);
});
