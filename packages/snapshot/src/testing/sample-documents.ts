import { buildSnapshot } from "../documents/build-snapshot.ts";
import { buildSymbolsDocument } from "../documents/build-symbols.ts";
import { breakdownFromAnalysis } from "../documents/row-from-analysis.ts";
import type { SnapshotDocuments } from "../documents/snapshot-documents.ts";
import type { SnapshotFields } from "../documents/snapshot-fields.ts";
import { exampleAnalysis } from "../example/example-analysis.ts";
import type { Missing } from "../shared/missing-reason.ts";
import { sampleFields, sampleScore } from "./sample-fields.ts";

/** The documents of 25 symbols and their analyses; `overrides` replaces fields. */
export function documentsOf(overrides: Partial<SnapshotFields> = {}): SnapshotDocuments {
  const fields = sampleFields();
  const analyses = new Map(
    fields.confluence_scores.map(({ symbol, price, score }) => [
      symbol,
      { ...exampleAnalysis({ symbol, price, score, weightedSignal: 0.1 }), origin: "bybit", simulated: false },
    ]),
  );
  const rows = fields.confluence_scores.map((row) => {
    const analysis = analyses.get(row.symbol);
    return analysis === undefined ? row : { ...row, ...breakdownFromAnalysis(analysis) };
  });
  const liquidations = rows.map(
    ({ symbol }) => [`confluence_scores.${symbol}.sub_components.sentiment.liquidations`, "not_provided"] as const,
  );
  const missing: Missing = { ...Object.fromEntries(liquidations), ...overrides.missing };
  const made = sampleFields({ confluence_scores: rows, ...overrides, missing });
  return { snapshot: buildSnapshot(made), symbols: buildSymbolsDocument(made), analyses, alerts: null };
}

const { market_overview, perps, market_breadth } = sampleFields();

/** A market with hardly any data: no tickers, no reference data, no positioning. */
export function unknownMarket(): SnapshotDocuments {
  const nothing = <T extends object>(section: T) =>
    Object.fromEntries(Object.keys(section).map((name) => [name, null])) as { [Name in keyof T]: null };
  const reasons = (prefix: string, section: object): Missing =>
    Object.fromEntries(Object.keys(section).map((name) => [`${prefix}.${name}`, "source_unavailable" as const]));
  const never = { as_of: null, source: "bybit", stale: true, expected: 0, received: 0, reason: "warming_up" } as const;
  return documentsOf({
    sections: { overview: never, scores: never, movers: never, perps: never, reference: never },
    market_overview: { ...nothing(market_overview), market_regime: "UNKNOWN" },
    market_breadth: nothing(market_breadth),
    perps: nothing(perps),
    confluence_scores: [sampleScore({ symbol: "BTCUSDT", score: 70, change_24h: null, sub_components: noRules })],
    missing: {
      ...reasons("market_overview", market_overview),
      ...reasons("market_breadth", market_breadth),
      ...reasons("perps", perps),
      "confluence_scores.BTCUSDT.change_24h": "not_provided",
    },
  });
}
export const noRules = { technical: {}, volume: {}, orderflow: {}, orderbook: {}, sentiment: {}, price_structure: {} };
