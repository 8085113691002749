import { describe, expect, test } from "vitest";
import type { SnapshotFields } from "../documents/snapshot-fields.ts";
import { documentsOf, unknownMarket } from "../testing/sample-documents.ts";
import { sampleFields, sampleScore } from "../testing/sample-fields.ts";
import { LEGACY_KEYS, legacyTexts } from "./legacy-texts.ts";

const ALL_KEYS = ["market:overview", "market:breadth", "market:movers", "analysis:signals"];

/** The bodies of the keys of this refresh, by key. */
function bodiesOf(overrides: Partial<SnapshotFields> = {}) {
  const { texts } = legacyTexts(documentsOf(overrides));
  return Object.fromEntries([...texts].map(([key, text]) => [key, JSON.parse(text)]));
}

/** The fields in which this one figure of a section is not known. */
function without(section: "market_overview" | "market_breadth", name: string): Partial<SnapshotFields> {
  return {
    [section]: { ...sampleFields()[section], [name]: null },
    missing: { [`${section}.${name}`]: "source_unavailable" },
  };
}

describe("The keys for programs of the system before", () => {
  test.each(LEGACY_KEYS)(
    "$key is valid by its schema, plain JSON once encoded, and names its refresh",
    ({ key, schema }) => {
      const body = bodiesOf()[key];
      expect(typeof body).toBe("object");
      expect(schema.safeParse(body).error).toBeUndefined();
      const { timestamp, sequence, origin, simulated } = documentsOf().snapshot;
      expect(body).toMatchObject({ timestamp, sequence, origin, simulated });
      expect(JSON.stringify(body)).not.toContain("null");
    },
  );

  test("market:overview has the names and values of market_overview", () => {
    const { timestamp, sequence, origin, simulated, ...figures } = bodiesOf()["market:overview"];
    expect(figures).toEqual(documentsOf().snapshot.market_overview);
  });

  test("market:breadth counts symbols under the names of the snapshot and under the usual ones", () => {
    const { up, down, flat, breadth_percentage, sentiment } = documentsOf().snapshot.market_breadth;
    expect(bodiesOf()["market:breadth"]).toMatchObject({
      ...{ up, up_count: up, advancing: up },
      ...{ down, down_count: down, declining: down },
      ...{ flat, flat_count: flat, unchanged: flat },
      ...{ breadth_percentage, sentiment },
    });
  });

  test("market:movers has the snapshot's movers, and the most traded of the scored symbols", () => {
    const { gainers, losers } = documentsOf().snapshot.top_movers;
    const movers = bodiesOf()["market:movers"];
    expect(movers).toMatchObject({ gainers, losers });
    expect(movers.volume_leaders).toHaveLength(5);
    expect(Object.keys(movers.volume_leaders[0])).toEqual(
      expect.arrayContaining(["symbol", "price", "change_24h", "volume_24h"]),
    );
  });

  test("analysis:signals has the strongest scores, and those that a phone shows", () => {
    const { snapshot, symbols } = documentsOf();
    const { signals, top_symbols } = bodiesOf()["analysis:signals"];
    const names = ["symbol", "score", "sentiment", "price", "change_24h", "volume_24h", "components"];
    expect(Object.keys(top_symbols[0])).toEqual(names);
    expect(top_symbols.map(({ symbol }: { symbol: string }) => symbol)).toEqual(
      snapshot.confluence_scores.map(({ symbol }) => symbol),
    );
    expect(signals.length).toBeGreaterThan(0);
    for (const { symbol, score } of signals) {
      expect(score >= 65 || score <= 35).toBe(true);
      expect(symbols.symbols.find((each) => each.symbol === symbol)?.score).toBe(score);
    }
  });
});

describe("A key is whole or not written", () => {
  const { avg_market_dispersion, avg_market_dispersion_span_ms, market_regime, ...figures } =
    sampleFields().market_overview;

  test.each(Object.keys(figures))("market:overview is not written without %s; the others are", (name) => {
    const { texts, lacking } = legacyTexts(documentsOf(without("market_overview", name)));
    expect([...texts.keys()]).toEqual(ALL_KEYS.slice(1));
    expect(lacking.get("market:overview")).toContain(name);
  });

  test("a regime that too few symbols leave unknown is the word for that", () => {
    const market_overview = { ...sampleFields().market_overview, market_regime: "UNKNOWN" };
    const missing = { "market_overview.market_regime": "not_enough_symbols" } as const;
    expect(bodiesOf({ market_overview, missing })["market:overview"]).toMatchObject({ market_regime: "UNKNOWN" });
  });

  test("the averages, which need an hour, are left out until they are known, and the others are written", () => {
    const overview = {
      ...sampleFields().market_overview,
      avg_market_dispersion: null,
      avg_market_dispersion_span_ms: null,
    };
    const missing = {
      "market_overview.avg_market_dispersion": "too_short",
      "market_overview.avg_market_dispersion_span_ms": "too_short",
    } as const;
    const body = bodiesOf({ market_overview: overview, missing })["market:overview"];
    expect(Object.keys(body).filter((name) => name.startsWith("avg_"))).toEqual([]);
    expect(body.market_dispersion).toBe(overview.market_dispersion);
  });

  test.each(["up", "down", "flat", "breadth_percentage", "sentiment"])(
    "market:breadth is not written without %s",
    (name) => {
      const { lacking } = legacyTexts(documentsOf(without("market_breadth", name)));
      expect(lacking.get("market:breadth")).toContain(name);
    },
  );

  test("movers and scores of which something is unknown are left out of the lists", () => {
    const whole = sampleScore({ symbol: "WHOLEUSDT", score: 80 });
    const part = sampleScore({ symbol: "PARTUSDT", score: 90, change_24h: null });
    const mute = sampleScore({ symbol: "MUTEUSDT", score: 85, components: { ...whole.components, orderflow: null } });
    const bodies = bodiesOf({
      confluence_scores: [whole, part, mute],
      missing: {
        "confluence_scores.PARTUSDT.change_24h": "not_provided",
        "confluence_scores.MUTEUSDT.components.orderflow": "not_provided",
      },
    });
    const namesIn = (rows: readonly { readonly symbol: string }[]) => rows.map(({ symbol }) => symbol).sort();
    expect(namesIn(bodies["market:movers"].volume_leaders)).toEqual(["MUTEUSDT", "WHOLEUSDT"]);
    expect(namesIn(bodies["analysis:signals"].signals)).toEqual(["WHOLEUSDT"]);
    expect(namesIn(bodies["analysis:signals"].top_symbols)).toEqual(["WHOLEUSDT"]);
  });

  test("a market without a gainer has an empty list of them", () => {
    const top_movers = { ...sampleFields().top_movers, gainers: [] };
    expect(bodiesOf({ top_movers })["market:movers"]).toMatchObject({ gainers: [], losers: [{ symbol: "CUSDT" }] });
  });

  test.each([
    ["overview", ["market:overview", "market:breadth"]],
    ["reference", ["market:overview"]],
    ["movers", ["market:movers"]],
    ["scores", ["market:movers", "analysis:signals"]],
    ["perps", []],
  ] as const)("the last known good data of section %s is not written again", (name, keys) => {
    const { sections } = sampleFields();
    const { lacking } = legacyTexts(
      documentsOf({ sections: { ...sections, [name]: { ...sections[name], stale: true } } }),
    );
    expect([...lacking.keys()]).toEqual(keys);
    expect(new Set(lacking.values())).toEqual(new Set(keys.length > 0 ? [`section ${name} is stale`] : []));
  });

  test("nothing is written of a market of which nothing is known", () => {
    expect([...legacyTexts(unknownMarket()).texts]).toEqual([]);
  });

  test("simulated data is never written", () => {
    const { texts, lacking } = legacyTexts(documentsOf({ origin: "simulator", simulated: true }));
    expect([...texts]).toEqual([]);
    expect([...lacking.keys()]).toEqual(ALL_KEYS);
  });
});
