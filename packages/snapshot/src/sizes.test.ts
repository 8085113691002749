import fc from "fast-check";
import { expect, it } from "vitest";
import { buildSnapshot, buildSymbolsDocument } from "./build-snapshot.ts";
import { parseAnalysis, parseSnapshot, parseSymbols } from "./parse.ts";
import { MAX_ANALYSIS_BYTES, MAX_SNAPSHOT_BYTES, MAX_SYMBOLS_BYTES, utf8Bytes } from "./sizes.ts";
import type { SnapshotCore } from "./snapshot-core.ts";
import { longestAnalysis, longestCore } from "./testing/worst-case.ts";

it("fits the longest snapshot of 50 symbols with all 20 scores into 256 KB", () => {
  const text = JSON.stringify(buildSnapshot(longestCore(50)));
  const result = parseSnapshot(text);
  expect(result).toMatchObject({ ok: true });
  expect(result.ok && result.snapshot.confluence_scores).toHaveLength(20);
  expect(utf8Bytes(text)).toBeLessThanOrEqual(MAX_SNAPSHOT_BYTES);
  // Were it much shorter, it would not be the longest.
  expect(utf8Bytes(text)).toBeGreaterThan(0.9 * MAX_SNAPSHOT_BYTES);
});

it("shows fewer scores, but never under 10, where sentences take several bytes a letter", () => {
  const snapshot = buildSnapshot(inGreek(longestCore(50)));
  expect(parseSnapshot(JSON.stringify(snapshot))).toMatchObject({ ok: true });
  expect(snapshot.confluence_scores.length).toBeLessThan(20);
  expect(snapshot.confluence_scores.length).toBeGreaterThanOrEqual(10);
});

it("fits the symbols document of 300 symbols", () => {
  const text = JSON.stringify(buildSymbolsDocument(longestCore(300)));
  expect(parseSymbols(text)).toMatchObject({ ok: true });
  expect(utf8Bytes(text)).toBeLessThanOrEqual(MAX_SYMBOLS_BYTES);
});

it("fits the longest analysis into 64 KB", () => {
  const text = JSON.stringify(longestAnalysis());
  expect(parseAnalysis(text)).toMatchObject({ ok: true });
  expect(utf8Bytes(text)).toBeLessThanOrEqual(MAX_ANALYSIS_BYTES);
  expect(utf8Bytes(text)).toBeGreaterThan(0.9 * MAX_ANALYSIS_BYTES);
});

it("counts bytes as UTF-8 does", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => utf8Bytes(text) === new TextEncoder().encode(text).length),
  );
});

function inGreek(core: SnapshotCore): SnapshotCore {
  return {
    ...core,
    confluence_scores: core.confluence_scores.map((entry) => ({
      ...entry,
      interpretations: Object.fromEntries(
        Object.entries(entry.interpretations).map(([name, sentence]) => [name, sentence.replace(/[a-z]/g, "λ")]),
      ) as typeof entry.interpretations,
    })),
  };
}
