import fc from "fast-check";
import { expect, it } from "vitest";
import {
  MAX_ANALYSIS_BYTES,
  MAX_DAYS_BYTES,
  MAX_SNAPSHOT_BYTES,
  MAX_SYMBOL_HISTORY_BYTES,
  MAX_SYMBOLS_BYTES,
  utf8Bytes,
} from "../shared/sizes.ts";
import { longestDays, longestHistory } from "../testing/longest-histories.ts";
import { longestAnalysis, longestFields } from "../testing/worst-case.ts";
import { buildSnapshot } from "./build-snapshot.ts";
import { buildSymbolsDocument } from "./build-symbols.ts";
import { parseAnalysis, parseDays, parseSnapshot, parseSymbolHistory, parseSymbols } from "./parse.ts";
import type { SnapshotFields } from "./snapshot-fields.ts";

it("fits the snapshot of 50 symbols whose sentences are as long as real ones get, with all 20 scores", () => {
  const snapshot = buildSnapshot(withSentences(longestFields(50), (sentence) => sentence.slice(0, 200)));
  expect(snapshot.confluence_scores).toHaveLength(20);
  expect(utf8Bytes(JSON.stringify(snapshot))).toBeLessThanOrEqual(MAX_SNAPSHOT_BYTES);
});

it("fits the longest snapshot that the schema allows by showing the fewest scores less", () => {
  const snapshot = buildSnapshot(longestFields(50));
  const text = JSON.stringify(snapshot);
  expect(parseSnapshot(text)).toMatchObject({ ok: true });
  expect(snapshot.confluence_scores.length).toBeLessThan(20);
  const oneMoreBytes = utf8Bytes(text) * (1 + 1 / snapshot.confluence_scores.length);
  expect(oneMoreBytes).toBeGreaterThan(MAX_SNAPSHOT_BYTES);
});

it("shows 10 scores even where each letter takes two bytes", () => {
  const snapshot = buildSnapshot(withSentences(longestFields(50), (sentence) => sentence.replace(/[a-z]/g, "λ")));
  expect(parseSnapshot(JSON.stringify(snapshot))).toMatchObject({ ok: true });
  expect(snapshot.confluence_scores.length).toBeGreaterThanOrEqual(10);
});

it("fits the symbols document of 600 symbols, each with the whole history of its score", () => {
  const symbols = buildSymbolsDocument(longestFields(600));
  const text = JSON.stringify(symbols);
  expect(parseSymbols(text)).toMatchObject({ ok: true });
  expect(utf8Bytes(text)).toBeLessThanOrEqual(MAX_SYMBOLS_BYTES);
  expect(symbols.symbols.every(({ score_history }) => score_history.length === 24)).toBe(true);
});

it("shortens the histories of a symbols document that would be too long otherwise, from their beginning", () => {
  const fields = longestFields(800);
  const symbols = buildSymbolsDocument(fields);
  expect(parseSymbols(JSON.stringify(symbols))).toMatchObject({ ok: true });
  const [first] = symbols.symbols;
  expect(first?.score_history.length).toBeLessThan(24);
  expect(first?.score_history_at).toHaveLength(first?.score_history.length ?? -1);
  expect(first?.score_history_at.at(-1)).toBe(fields.confluence_scores[0]?.score_history_at.at(-1));
});

it("is no document where it is too long even without histories", () => {
  expect(() => buildSymbolsDocument(longestFields(1500))).toThrow(/^mobile:symbols is longer than/);
});

it("fits the longest analysis into 64 KB", () => {
  const text = JSON.stringify(longestAnalysis());
  expect(parseAnalysis(text)).toMatchObject({ ok: true });
  expect(utf8Bytes(text)).toBeLessThanOrEqual(MAX_ANALYSIS_BYTES);
  expect(utf8Bytes(text)).toBeGreaterThan(0.9 * MAX_ANALYSIS_BYTES);
});

it("fits the days of 600 symbols whose every number is as wide as can be into 600 KB", () => {
  const text = JSON.stringify(longestDays(600));
  expect(parseDays(text)).toMatchObject({ ok: true });
  expect(utf8Bytes(text)).toBeLessThanOrEqual(600_000);
  expect(utf8Bytes(text)).toBeLessThanOrEqual(MAX_DAYS_BYTES);
  expect(utf8Bytes(text)).toBeGreaterThan(0.9 * MAX_DAYS_BYTES);
});

it("fits a symbol's history whose every number is as wide as can be into 48 KB", () => {
  const text = JSON.stringify(longestHistory());
  expect(parseSymbolHistory(text)).toMatchObject({ ok: true });
  expect(utf8Bytes(text)).toBeLessThanOrEqual(48_000);
  expect(utf8Bytes(text)).toBeLessThanOrEqual(MAX_SYMBOL_HISTORY_BYTES);
  expect(utf8Bytes(text)).toBeGreaterThan(0.8 * MAX_SYMBOL_HISTORY_BYTES);
});

it("counts bytes as UTF-8 does", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => utf8Bytes(text) === new TextEncoder().encode(text).length),
  );
});

function withSentences(fields: SnapshotFields, change: (sentence: string) => string): SnapshotFields {
  return {
    ...fields,
    confluence_scores: fields.confluence_scores.map((entry) => ({
      ...entry,
      interpretations: Object.fromEntries(
        Object.entries(entry.interpretations).map(([name, sentence]) => [name, change(sentence)]),
      ) as typeof entry.interpretations,
    })),
  };
}
