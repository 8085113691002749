import { propertyRuns } from "@pulseboard/testing/property-runs";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { MissingReason } from "../shared/missing-reason.ts";
import { sampleFields, sampleScores } from "../testing/sample-fields.ts";
import { buildSnapshot } from "./build-snapshot.ts";
import { buildSymbolsDocument } from "./build-symbols.ts";
import { parseSnapshot, parseSymbols } from "./parse.ts";
import { withDerivedFields } from "./row-from-analysis.ts";
import type { SnapshotFields } from "./snapshot-fields.ts";

type Json = Record<string, unknown>;

const SYMBOLS = ["S00USDT", "S01USDT", "S02USDT"];
const complete = sampleFields({ confluence_scores: sampleScores(SYMBOLS.length) });

/** Every field that may be null, by the path of its reason. */
const NULLABLE: readonly string[] = [
  ...namesOf(complete.market_overview)
    .filter((name) => name !== "market_regime")
    .map((name) => `market_overview.${name}`),
  ...namesOf(complete.market_breadth).map((name) => `market_breadth.${name}`),
  ...namesOf(complete.perps).map((name) => `perps.${name}`),
  ...SYMBOLS.flatMap((symbol) =>
    [
      ...["relative", "relative_rank", "change_5m", "change_5m_deviations"],
      ...["outlook", "beta_btc", "correlation_btc", "own_move_24h"],
      ...["change_24h", "turnover_24h", "high_24h", "low_24h", "range_24h"],
      ...["components.orderflow", "components.sentiment", "sub_components.sentiment.liquidations"],
      ...["technical_rating.4h.all", "technical_rating.4h.label"],
    ].map((path) => `confluence_scores.${symbol}.${path}`),
  ),
];

const reason = fc.constantFrom<MissingReason>("too_short", "no_activity", "stale_input", "source_unavailable");
const unknownFigures = fc.dictionary(fc.constantFrom(...NULLABLE), reason, { maxKeys: 20 });

it("builds a valid snapshot whatever is unknown, and exactly the nulls have a reason", () => {
  fc.assert(
    fc.property(unknownFigures, (unknown) => {
      const fields = fieldsWithout(unknown);
      const snapshot = buildSnapshot(fields);
      expect(parseSnapshot(JSON.stringify(snapshot))).toEqual({ ok: true, snapshot });
      const { missing, sections: _sections, symbols: _symbols, top_symbols: _topSymbols, ...shown } = snapshot;
      // It is no figure: null says that there is nothing to explain.
      const { stale_reason: _reason, ...figures } = shown;
      expect(Object.keys(missing).toSorted()).toEqual([...nullsIn(figures, "")].toSorted());
      for (const [path, given] of Object.entries(unknown)) {
        expect(missing[path]).toBe(given);
      }

      const symbols = buildSymbolsDocument(fields);
      expect(parseSymbols(JSON.stringify(symbols))).toEqual({ ok: true, symbols });
      expect(Object.keys(symbols.missing).toSorted()).toEqual(
        [...nullsIn({ symbols: symbols.symbols }, "")].toSorted(),
      );
    }),
    { numRuns: propertyRuns({ quick: 50, thorough: 1000 }) },
  );
});

it("builds none when a reason is missing, and names the figure", () => {
  const forgotten = fc
    .uniqueArray(fc.constantFrom(...NULLABLE.filter((path) => !path.endsWith(".altcoin_dominance"))), { minLength: 1 })
    .map((paths) => ({ path: paths[0] ?? "", others: paths.slice(1) }));
  fc.assert(
    fc.property(forgotten, ({ path, others }) => {
      const given = Object.fromEntries(others.map((other) => [other, "too_short" as const]));
      const fields = fieldsWithout({ ...given, [path]: "too_short" });
      expect(() => buildSnapshot({ ...fields, missing: given })).toThrow(path);
    }),
    { numRuns: propertyRuns({ quick: 50, thorough: 1000 }) },
  );
});

it("parses or refuses any text, and never throws", () => {
  const snapshot = buildSnapshot(complete) as unknown as Json;
  const vandalised = fc
    .tuple(fc.constantFrom(...pathsIn(snapshot)), fc.jsonValue({ maxDepth: 2 }))
    .map(([path, value]) => JSON.stringify(replaced(snapshot, path, value)));
  fc.assert(
    fc.property(fc.oneof(vandalised, fc.json(), fc.string()), (text) => {
      const result = parseSnapshot(text);
      expect(result.ok || result.problem.length > 0).toBe(true);
    }),
    { numRuns: propertyRuns({ quick: 75, thorough: 6000 }) },
  );
});

function namesOf(section: object): string[] {
  return Object.keys(section);
}

function fieldsWithout(unknown: Readonly<Record<string, MissingReason>>): SnapshotFields {
  const fields = JSON.parse(JSON.stringify(complete)) as SnapshotFields;
  for (const path of Object.keys(unknown)) {
    const [section = "", ...names] = path.split(".");
    const ofSymbol = section === "confluence_scores" ? names.shift() : null;
    const start =
      ofSymbol === null
        ? fields[section as "perps"]
        : fields.confluence_scores.find(({ symbol }) => symbol === ofSymbol);
    const last = names.pop() ?? "";
    const parent = names.reduce<Json>((node, name) => node[name] as Json, start as unknown as Json);
    parent[last] = null;
  }
  return { ...fields, confluence_scores: fields.confluence_scores.map(withDerivedFields), missing: unknown };
}

/** Paths of the nulls in plain JSON, rows by their symbol; written independently of the builder. */
function* nullsIn(value: unknown, path: string): Generator<string> {
  if (value === null) {
    yield path;
  }
  if (typeof value !== "object" || value === null) {
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    const step = Array.isArray(value) ? (member as { readonly symbol?: string } | null)?.symbol : name;
    yield* nullsIn(member, path === "" ? `${step}` : `${path}.${step}`);
  }
}

function pathsIn(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) {
    return [path];
  }
  return Object.entries(value).flatMap(([name, member]) => {
    const here = path === "" ? name : `${path}/${name}`;
    return [here, ...pathsIn(member, here)];
  });
}

function replaced(document: Json, path: string, value: unknown): Json {
  const copy = JSON.parse(JSON.stringify(document)) as Json;
  const names = path.split("/");
  const last = names.pop() ?? "";
  const parent = names.reduce<Json>((node, name) => node[name] as Json, copy);
  parent[last] = value;
  return copy;
}
