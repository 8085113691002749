import { describe, expect, it } from "vitest";
import { sampleFields } from "../testing/sample-fields.ts";
import { longestAnalysis } from "../testing/worst-case.ts";
import { buildSnapshot } from "./build-snapshot.ts";
import { buildSymbolsDocument } from "./build-symbols.ts";
import { parseAnalysis, parseHistory, parseSnapshot, parseSymbols } from "./parse.ts";

type Json = Record<string, unknown>;

/** A copy of `document` with the values at dotted paths replaced; undefined takes the member away. */
function changed(document: object, changes: Json): Json {
  // The copy is made through JSON, because in memory an alias is the very list that it repeats.
  const copy = JSON.parse(JSON.stringify(document)) as Json;
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split(".");
    const last = names.pop() ?? "";
    const parent = names.reduce((node, name) => node[name] as Json, copy);
    if (value === undefined) {
      delete parent[last];
    } else {
      parent[last] = value;
    }
  }
  return copy;
}

const snapshot = buildSnapshot(sampleFields());
const parseChanged = (changes: Json) => parseSnapshot(JSON.stringify(changed(snapshot, changes)));
const problemOf = (changes: Json): string => {
  const result = parseChanged(changes);
  return result.ok ? "none" : result.problem;
};

describe("a snapshot that was published", () => {
  it("comes back as it was", () => {
    expect(parseSnapshot(JSON.stringify(snapshot))).toEqual({ ok: true, snapshot });
  });

  it("keeps fields that a newer writer added, at any depth, also nulls whose figure is not known here", () => {
    const additions = {
      new_section: { value: null },
      "market_overview.new_figure": null,
      "market_overview.other_new_figure": 3,
    };
    const document = changed(snapshot, additions);
    (document.missing as Json)["market_overview.new_figure"] = "too_short";
    expect(parseSnapshot(JSON.stringify(document))).toEqual({ ok: true, snapshot: document });
  });
});

it("reads the snapshot of an older worker, which has no stale_reason", () => {
  expect(problemOf({ stale_reason: undefined })).toBe("none");
});

describe("the method's version", () => {
  const rows = (["confluence_scores", "symbols", "top_symbols"] as const).flatMap((list) =>
    snapshot[list].map((_row, index) => `${list}.${index}`),
  );

  it("1, or none: documents are read as they are, without the fields of version 2", () => {
    const taken = ["score_now", "relative", "relative_rank", "change_5m", "change_5m_deviations"];
    const without = Object.fromEntries(rows.flatMap((row) => taken.map((name) => [`${row}.${name}`, undefined])));
    for (const method_version of [undefined, 1]) {
      const document = changed(snapshot, { ...without, method_version });
      expect(parseSnapshot(JSON.stringify(document))).toEqual({ ok: true, snapshot: document });
    }
    const analysis = changed(longestAnalysis(), {
      method_version: undefined,
      score_now: undefined,
      weighted_signal_now: undefined,
      contributions: undefined,
      since_before_ms: undefined,
    });
    expect(parseAnalysis(JSON.stringify(analysis))).toEqual({ ok: true, analysis });
  });

  it.each(["score_now", "relative", "relative_rank", "change_5m", "change_5m_deviations"])(
    "2: every row has %s",
    (name) => {
      const without = Object.fromEntries(
        rows.filter((row) => row.endsWith(".0")).map((row) => [`${row}.${name}`, undefined]),
      );
      expect(problemOf(without)).toBe(`confluence_scores.S24USDT.${name}: expected by the method's version`);
    },
  );

  it.each(["score_now", "weighted_signal_now", "contributions", "since_before_ms"])(
    "2: every analysis has %s",
    (name) => {
      const result = parseAnalysis(JSON.stringify(changed(longestAnalysis(), { [name]: undefined })));
      expect(result).toMatchObject({ ok: false, problem: expect.stringContaining(`${name}: expected`) });
    },
  );
});

describe("a snapshot that no phone should see is refused with the path of the error", () => {
  it.each<[string, Json, string]>([
    [
      "a price that is text",
      { "market_overview.btc_price": "1" },
      "market_overview.btc_price: expected number, received string",
    ],
    ["a section that is not there", { perps: undefined }, "perps: expected object, received undefined"],
    ["a score above 100", { "confluence_scores.0.score": 100.5 }, "confluence_scores.0.score: Too big"],
    [
      "a score with a made-up precision",
      { "confluence_scores.0.score": 79.123 },
      "confluence_scores.0.score: expected at most 2 decimals",
    ],
    [
      "a null score",
      { "confluence_scores.0.score": null },
      "confluence_scores.0.score: expected number, received null",
    ],
    ["a reliability above 1", { "confluence_scores.3.reliability": 1.01 }, "confluence_scores.3.reliability: Too big"],
    [
      "a sentiment of another score",
      { "confluence_scores.0.sentiment": "BEARISH" },
      "confluence_scores.0.sentiment: does not go with the score 80",
    ],
    [
      "a reason outside the closed set",
      { missing: { "perps.dex_share": "because" } },
      'missing.perps.dex_share: Invalid option: expected one of "too_short"',
    ],
    [
      "a fresh one that says why it is stale",
      { stale_reason: { code: "worker_silent", since: 1_749_556_700, until: null } },
      "stale_reason: expected null, as the snapshot is fresh",
    ],
    ["a negative turnover", { "market_overview.total_volume_24h": -1 }, "market_overview.total_volume_24h: Too small"],
    ["a dominance above 100 %", { "market_overview.btc_dominance": 101 }, "market_overview.btc_dominance: Too big"],
    [
      "a regime without a category",
      { "market_overview.market_regime": "Risk-On" },
      'market_overview.market_regime: expected "Category: Label"',
    ],
    ["a time of another moment", { timestamp: 1_749_556_806 }, "timestamp: expected the same moment as generated_at"],
    [
      "a date that does not exist",
      { generated_at: "2025-02-31T25:00:00.000Z" },
      "generated_at: expected a date that exists",
    ],
    ["simulated data that hides it", { origin: "simulator" }, "simulated: expected true"],
    ["stale data called live", { stale: true }, "data_source: contradicts stale"],
    [
      "a section of unknown age without a reason",
      { "sections.scores.as_of": null },
      "sections.scores.reason: expected a reason",
    ],
    [
      "a sentence without end",
      { "confluence_scores.0.interpretations.overall": "x".repeat(341) },
      "confluence_scores.0.interpretations.overall: Too big",
    ],
  ])("%s", (_, changes, problem) => {
    expect(problemOf(changes)).toContain(problem);
  });

  it.each<[string, Json, string]>([
    ["of the overview", { btc_price: 1 }, "btc_price: expected the same as market_overview.btc_price"],
    [
      "inside the overview",
      { "market_overview.volatility": 1 },
      "market_overview.volatility: expected the same as market_overview.market_dispersion",
    ],
    ["of a count", { "market_overview.gainers": 1 }, "market_overview.gainers: expected the same as market_breadth.up"],
    ["of a list", { gainers: [] }, "gainers: expected the same as top_movers.gainers"],
    ["of the scores", { "symbols.2.price": 1 }, "symbols: expected the same as confluence_scores"],
    ["of a mover", { "top_movers.gainers.0.percentage": 1 }, "top_movers.gainers.0.percentage: expected 40"],
    [
      "of a turnover",
      { "confluence_scores.0.volume_24h": 1 },
      "confluence_scores.0.volume_24h: expected the same as turnover_24h",
    ],
    [
      "of a dominance",
      { "market_overview.altcoin_season": "Active" },
      "market_overview.altcoin_season: does not go with btc_dominance",
    ],
  ])("an alias %s that says something else", (_, changes, problem) => {
    expect(problemOf(changes)).toContain(problem);
  });

  const row = snapshot.top_movers.gainers[0];
  const scores = snapshot.confluence_scores;
  it.each<[string, Json, string]>([
    ["six gainers", { "top_movers.gainers": Array(6).fill(row) }, "top_movers.gainers: Too big"],
    [
      "a gainer that fell",
      { "top_movers.gainers": snapshot.top_movers.losers },
      "top_movers.gainers: expected changes above 0",
    ],
    [
      "the smaller gain first",
      { "top_movers.gainers": snapshot.top_movers.gainers.toReversed() },
      "top_movers.gainers: expected the biggest gain first",
    ],
    ["21 scores", { confluence_scores: Array(21).fill(scores[0]) }, "confluence_scores: Too big"],
    [
      "scores out of order",
      { confluence_scores: scores.toReversed() },
      "confluence_scores: expected the highest score first",
    ],
    ["a symbol twice", { confluence_scores: [scores[0], scores[0]] }, "confluence_scores: expected each symbol once"],
    ["11 opportunities", { opportunities: Array(11).fill(snapshot.opportunities[0]) }, "opportunities: Too big"],
    [
      "opportunities out of order",
      { opportunities: snapshot.opportunities.toReversed() },
      "opportunities: expected the highest",
    ],
    [
      "times that do not go with the scores",
      { "confluence_scores.0.score_history_at": [] },
      "confluence_scores.0.score_history_at: expected one time for each score",
    ],
  ])("%s", (_, changes, problem) => {
    expect(problemOf(changes)).toContain(problem);
  });

  it("a null without a reason", () => {
    expect(problemOf({ "market_overview.eth_dominance": null })).toBe(
      "market_overview.eth_dominance: is null without an entry in missing",
    );
    expect(problemOf({ "confluence_scores.0.components.orderflow": null })).toContain(
      "confluence_scores.S24USDT.components.orderflow: is null without an entry in missing",
    );
  });

  it("a reason for a known figure", () => {
    const missing = { ...snapshot.missing, "market_overview.eth_dominance": "too_short" };
    expect(problemOf({ missing })).toBe("market_overview.eth_dominance: is known and yet in missing");
  });

  it("names a few of many problems, and how many more there are", () => {
    const problem = problemOf({
      perps: undefined,
      sections: undefined,
      missing: null,
      status: 1,
      sequence: 0,
      stale: 0,
    });
    expect(problem.split("; ")).toHaveLength(4);
    expect(problem).toMatch(/ \(\d+ more\)$/);
  });

  it("a truncated copy, wherever it was cut", () => {
    const text = JSON.stringify(snapshot);
    for (let length = 0; length < text.length; length += 997) {
      expect(parseSnapshot(text.slice(0, length))).toMatchObject({ ok: false });
    }
  });
});

describe("mobile:symbols", () => {
  const symbols = buildSymbolsDocument(sampleFields());

  it("comes back as it was", () => {
    expect(parseSymbols(JSON.stringify(symbols))).toEqual({ ok: true, symbols });
  });

  it.each<[Json, string]>([
    [{ "symbols.0.score": 101 }, "symbols.0.score: Too big"],
    [{ "symbols.0.high_24h": null }, "symbols.S24USDT.high_24h: is null without an entry in missing"],
    [{ symbols: symbols.symbols.toReversed() }, "symbols: expected the highest score first"],
    [{ symbols: [symbols.symbols[0], symbols.symbols[0]] }, "symbols: expected each symbol once"],
    [{ timestamp: 1 }, "timestamp: expected the same moment as generated_at"],
  ])("is refused with %j", (changes, problem) => {
    expect(parseSymbols(JSON.stringify(changed(symbols, changes)))).toEqual({
      ok: false,
      problem: expect.stringContaining(problem),
    });
  });
});

describe("mobile:analysis", () => {
  const analysis = longestAnalysis();
  const rule = "components.technical.rules.rsi";

  it("comes back as it was", () => {
    expect(parseAnalysis(JSON.stringify(analysis))).toEqual({ ok: true, analysis });
  });

  it("may have rules without a signal, with the reason", () => {
    const changes = { [`${rule}.signal`]: null, [`${rule}.sentence`]: null, [`${rule}.reason`]: "too_short" };
    expect(parseAnalysis(JSON.stringify(changed(analysis, changes)))).toMatchObject({ ok: true });
  });

  it.each<[Json, string]>([
    [{ [`${rule}.signal`]: null }, `${rule}.reason: expected a reason if, and only if, the signal is null`],
    [{ [`${rule}.reason`]: "too_short" }, `${rule}.reason: expected a reason if, and only if, the signal is null`],
    [{ [`${rule}.timeframes.5m.signal`]: 1.1 }, `${rule}.timeframes.5m.signal: Too big`],
    [{ "components.volume.score": null }, "components.volume.score: expected a score if, and only if"],
    [{ "technical_rating.1m.votes.0.vote": 2 }, "technical_rating.1m.votes.0.vote: "],
    [{ "components.orderbook": undefined }, "components.orderbook: expected object, received undefined"],
  ])("is refused with %j", (changes, problem) => {
    expect(parseAnalysis(JSON.stringify(changed(analysis, changes)))).toEqual({
      ok: false,
      problem: expect.stringContaining(problem),
    });
  });
});

describe("worker:history", () => {
  const history = {
    schema_version: 1,
    sequence: 7,
    origin: "bybit",
    simulated: false,
    as_of: 1_749_556_800,
    scores: { BTCUSDT: { at: [1_749_555_900, 1_749_556_800], score: [51.2, 53] } },
    market_dispersion: { at: [1_749_556_770, 1_749_556_800], value: [4.1, 4.2] },
    btc_dominance: { source: "coingecko", at: [1_749_556_800], value: [61.2] },
  };

  it("comes back as it was", () => {
    expect(parseHistory(JSON.stringify(history))).toEqual({ ok: true, history });
    expect(parseHistory(JSON.stringify({ ...history, btc_dominance: null }))).toMatchObject({ ok: true });
  });

  it.each<[Json, string]>([
    [{ "market_dispersion.at": [1_749_556_800] }, "market_dispersion: expected one time for each value"],
    [{ "market_dispersion.at": [1_749_556_800, 1_749_556_770] }, "market_dispersion.at: expected rising times"],
    [{ "scores.BTCUSDT.score": [51.2, 153] }, "scores.BTCUSDT.score.1: Too big"],
    [{ "btc_dominance.value": [161] }, "btc_dominance.value.0: Too big"],
  ])("is refused with %j", (changes, problem) => {
    expect(parseHistory(JSON.stringify(changed(history, changes)))).toEqual({
      ok: false,
      problem: expect.stringContaining(problem),
    });
  });
});
