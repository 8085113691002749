import { exampleDocuments } from "@pulseboard/snapshot";
import { expect, it } from "vitest";
import { checkAnalysis } from "./check-analysis.mts";

const example = exampleDocuments().analyses.get("BTCUSDT");

/** What is found about the words of a summary and its times. */
function found(words: string, averagedMs: number, sinceMs: number | null): readonly string[] {
  if (example === undefined) {
    throw new Error("there is an example");
  }
  const interpretation = { ...example.interpretation, overall: `BTCUSDT is balanced at 50.0 ${words}. Nothing.` };
  const analysis = { ...example, interpretation, averaged_ms: averagedMs, since_before_ms: sinceMs };
  return checkAnalysis(analysis, undefined).filter((text) => /summary|averaged_ms|gap/.test(text));
}

it.each<[words: string, averagedMs: number, sinceMs: number | null]>([
  ["now", 0, null],
  ["over the last 1 min", 30_000, 30_000],
  ["over the last 14 min", 869_000, 30_000],
  ["over the last quarter of an hour", 870_000, 30_000],
  ["now and before a gap", 0, 240_000],
  ["over the last 2 min and before a gap", 120_000, 30_000],
])("%s is right of %d ms, %d ms after the fold before", (words, averagedMs, sinceMs) => {
  expect(found(words, averagedMs, sinceMs)).toEqual([]);
});

it.each<[words: string, averagedMs: number, sinceMs: number | null]>([
  ["over the last 3 min", 120_000, 30_000],
  ["over the last quarter of an hour", 0, 240_000],
  ["over the last quarter of an hour", 3_500_000, 3_480_000],
  ["now", 0, 240_000],
  ["now", 20_000, 30_000],
])("%s is wrong of %d ms, %d ms after the fold before", (words, averagedMs, sinceMs) => {
  expect(found(words, averagedMs, sinceMs)).not.toEqual([]);
});
