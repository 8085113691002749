import { describe, expect, it } from "vitest";
import type { Expectations } from "./expectations.ts";
import { marketChecks } from "./market-checks.ts";

const NOW_MS = Date.UTC(2025, 5, 10, 12);
const ANY: Expectations = { version: null, origin: null, allowed: new Set() };
const COMPONENTS = { technical: 1, volume: 1, orderflow: 1, orderbook: 1, sentiment: 1, price_structure: 1 };
const FRESH = { stale: false };

const BODY = {
  status: "success",
  sequence: 42,
  period_ms: 30_000,
  origin: "bybit",
  timestamp: NOW_MS / 1000 - 5,
  stale: false,
  sections: { overview: FRESH, scores: FRESH, movers: FRESH, perps: FRESH, reference: FRESH },
  missing: {},
  market_overview: { trend_strength: 50, total_volume_24h: 1, btc_dominance: 55 },
  market_breadth: { up: 60, down: 41 },
  confluence_scores: Array.from({ length: 10 }, () => ({ components: COMPONENTS })),
  top_movers: { gainers: [1, 2, 3, 4, 5], losers: [1, 2, 3, 4, 5] },
};

const notWell = (body: unknown, expectations: Partial<Expectations> = {}) =>
  marketChecks(body, NOW_MS, { ...ANY, ...expectations })
    .checks.filter(({ verdict }) => verdict !== "ok")
    .map(({ name, verdict }) => `${verdict} ${name}`);

describe("the market", () => {
  it("is well just within its limits", () => {
    expect(notWell(BODY)).toEqual([]);
    expect(marketChecks(BODY, NOW_MS, ANY)).toMatchObject({ sequence: 42, periodMs: 30_000 });
  });

  it.each<[string, object]>([
    ["breadth", { market_breadth: { up: 60, down: 40 } }],
    ["breadth", { market_breadth: { up: null, down: null }, top_movers: BODY.top_movers }],
    ["overview", { market_overview: { ...BODY.market_overview, trend_strength: null } }],
    ["overview", { market_overview: null }],
    ["scores", { confluence_scores: BODY.confluence_scores.slice(1) }],
    ["scores", { confluence_scores: [null, ...BODY.confluence_scores.slice(1)] }],
    ["movers", { top_movers: { gainers: [], losers: BODY.top_movers.losers } }],
    ["movers", { top_movers: { ...BODY.top_movers, gainers: [1, 2, 3, 4, 5, 6] } }],
    ["timestamp", { timestamp: NOW_MS / 1000 - 91 }],
    ["timestamp", { timestamp: NOW_MS / 1000 + 91 }],
    ["timestamp", { period_ms: null }],
    // It would be waited for, and nothing would ever be too old.
    ["timestamp", { period_ms: 1e15, timestamp: 0 }],
    ["timestamp", { period_ms: Number.POSITIVE_INFINITY }],
    ["timestamp", { period_ms: -1 }],
    ["freshness", { stale: true }],
    ["freshness", { sections: { ...BODY.sections, perps: { stale: true } } }],
    ["freshness", { sections: {} }],
  ])("is not: %s %j", (name, changes) => {
    expect(notWell({ ...BODY, ...changes })).toEqual([`failed ${name}`]);
  });

  it.each([
    { origin: { toString: 1, valueOf: 1 } },
    { market_overview: {}, missing: { "market_overview.btc_dominance": { toString: 1 } } },
    { status: "error", error: { toString: 1 } },
    { stale: true, stale_reason: { code: "x".repeat(5_000), until: 1e300 } },
  ])("is told in a short line, whatever a server says: %j", (changes) => {
    for (const { seen } of marketChecks({ ...BODY, ...changes }, NOW_MS, ANY).checks) {
      expect(seen.length).toBeLessThan(500);
    }
  });

  it("may have no losers on a day when hardly anything falls", () => {
    const rising = { market_breadth: { up: 500, down: 3 }, top_movers: { ...BODY.top_movers, losers: [] } };
    expect(notWell({ ...BODY, ...rising })).toEqual([]);
  });

  it("is of the expected origin only", () => {
    expect(notWell(BODY, { origin: "bybit" })).toEqual([]);
    expect(notWell({ ...BODY, origin: "simulator" }, { origin: "bybit" })).toEqual(["failed origin"]);
    expect(notWell({ ...BODY, simulated: true }, { origin: "bybit" })).toEqual(["failed origin"]);
    expect(notWell({ ...BODY, origin: "simulator", simulated: true }, { origin: "simulator" })).toEqual([]);
  });

  it("names the reason that the server gives for being stale, and for a null", () => {
    const stale = {
      ...BODY,
      stale: true,
      stale_reason: { code: "exchange_paused:exchange_banned", since: 1, until: NOW_MS / 1000 },
    };
    expect(marketChecks(stale, NOW_MS, ANY).checks.find(({ name }) => name === "freshness")?.seen).toBe(
      "the snapshot is stale (exchange_paused:exchange_banned, until 2025-06-10T12:00:00.000Z)",
    );
    const unknown = { ...BODY, market_overview: {}, missing: { "market_overview.btc_dominance": "not_provided" } };
    expect(marketChecks(unknown, NOW_MS, ANY).checks.find(({ name }) => name === "overview")?.seen).toContain(
      "btc_dominance unknown (not_provided)",
    );
  });

  it("allows a section to be stale or missing, but no whole snapshot", () => {
    const allowed = new Set(["perps", "reference"] as const);
    const body = { ...BODY, sections: { ...BODY.sections, perps: { stale: true } } };
    expect(notWell(body, { allowed })).toEqual(["warning freshness"]);
    expect(notWell({ ...body, stale: true }, { allowed })).toEqual(["failed freshness"]);
    const unknown = { ...BODY.market_overview, btc_dominance: null };
    expect(notWell({ ...BODY, market_overview: unknown }, { allowed })).toEqual(["warning overview"]);
    expect(notWell({ ...BODY, market_overview: { ...unknown, trend_strength: null } }, { allowed })).toEqual([
      "failed overview",
    ]);
  });

  it.each<[string, unknown]>([
    ["unknown", undefined],
    ["failed", []],
    ["failed", {}],
    ["failed", { status: "error", error: "no_snapshot" }],
  ])("cannot be looked at without a snapshot: %s %j", (verdict, body) => {
    const [first, ...others] = notWell(body);
    expect(first).toBe(`${verdict} snapshot`);
    expect(others.every((text) => text.startsWith("unknown "))).toBe(true);
    expect(others).toHaveLength(7);
  });
});
