import { describe, expect, it } from "vitest";
import { MAX_WORKER_STATE_BYTES, utf8Bytes } from "../shared/sizes.ts";
import { parseWorkerState, type WorkerStateDocument, workerStateSchema } from "./worker-state-document.ts";

const AT = 1_749_556_800;
const section = {
  as_of_ms: 1_749_556_800_123,
  source: "bybit",
  stale: false,
  expected: 425,
  received: 425,
  reason: null,
};

const NO_CONTRIBUTIONS = {
  technical: 0,
  volume: 0,
  orderflow: 0,
  orderbook: 0,
  sentiment: 0,
  price_structure: 0,
};

const document: WorkerStateDocument = {
  schema_version: 1,
  method_version: 2,
  sequence: 7,
  origin: "bybit",
  simulated: false,
  as_of_ms: 1_749_556_800_123,
  overview: section,
  movers: section,
  perps: section,
  scores: { ...section, as_of_ms: null, stale: true, reason: "warming_up" },
  reference: {
    market_cap: { source: "coingecko", as_of_ms: 1_749_556_680_456 },
    fear_greed: null,
    reason: "source_unavailable",
  },
  score_history: { 币安人生USDT: { at: [AT - 900, AT], value: [51.2, 53] } },
  dispersion_history: { at: [AT - 30, AT], value: [4.1, 4.2] },
  dominance_history: { source: "coingecko", at: [AT], value: [61.2] },
  zones: { BTCUSDT: { zone: "bullish", last_seen: AT, last_signal: null } },
  regime: { current: "Bullish: Risk-On", candidate: null },
  averages: { BTCUSDT: { contributions: { ...NO_CONTRIBUTIONS, orderflow: 0.012_345_678_901_234_5 }, as_of_ms: 1 } },
  regime_samples: { at: [AT - 900, AT], value: [-0.01, 0.02] },
  shown_regime: { name: "Bullish: Risk-On", differs_since_ms: AT * 1000, unknown_since_ms: null, as_of_ms: AT * 1000 },
};
const {
  schema_version: _version,
  method_version: _method,
  sequence: _sequence,
  origin: _origin,
  simulated: _simulated,
  ...parts
} = document;
const parse = (changes: object) => parseWorkerState(JSON.stringify({ ...document, ...changes }), document, 2);

describe("worker:state", () => {
  it("comes back as it was", () => {
    expect(parse({})).toMatchObject({ parts, problem: null });
  });

  it.each<[keyof typeof parts, unknown]>([
    ["as_of_ms", "now"],
    ["as_of_ms", 1e300],
    ["overview", { ...section, as_of_ms: 1e300 }],
    ["overview", { ...section, as_of_s: 1 }],
    ["movers", { ...section, reason: "unlucky" }],
    ["perps", null],
    ["scores", { ...section, received: -1 }],
    ["reference", { market_cap: null, fear_greed: { source: "" }, reason: "warming_up" }],
    ["score_history", { BTCUSDT: { at: [AT, AT - 900], value: [1, 2] } }],
    ["score_history", { BTCUSDT: { at: [AT], value: [101] } }],
    ["dispersion_history", { at: [AT], value: [1, 2] }],
    ["dominance_history", { at: [AT], value: [1] }],
    ["zones", { BTCUSDT: { zone: "sideways", last_seen: AT, last_signal: null } }],
    ["regime", { current: "Bullish" }],
    ["averages", { BTCUSDT: { contributions: { technical: 0.1 }, as_of_ms: 1 } }],
    ["averages", { BTCUSDT: { contributions: { ...NO_CONTRIBUTIONS, volume: 1.01 }, as_of_ms: 1 } }],
    ["averages", { BTCUSDT: { contributions: { ...NO_CONTRIBUTIONS, volume: 0.6, technical: 0.6 }, as_of_ms: 1 } }],
    ["averages", { BTCUSDT: { contributions: NO_CONTRIBUTIONS, as_of_ms: 1, began_at_ms: 2 } }],
    ["regime_samples", { at: [AT], value: [2] }],
    ["shown_regime", { name: "Bullish" }],
    ["shown_regime", { name: "UNKNOWN", differs_since_ms: null, unknown_since_ms: 1, as_of_ms: 1 }],
    ["shown_regime", { name: "Bullish: Risk-On", differs_since_ms: 2, unknown_since_ms: null, as_of_ms: 1 }],
    ["shown_regime", { name: "Bullish: Risk-On", differs_since_ms: null, unknown_since_ms: 2, as_of_ms: 1 }],
  ])("loses only %s when that is %j", (name, damage) => {
    const { [name]: _damaged, ...others } = parts;
    const result = parse({ [name]: damage });
    expect(result.parts).toEqual(others);
    expect(result.problem).toMatch(new RegExp(`^${name}`));
  });

  it.each([undefined, 1, 3])(
    "of the method's version %s gives nothing that rests on scores, and is no problem",
    (version) => {
      const result = parse({
        method_version: version,
        averages: undefined,
        regime_samples: undefined,
        shown_regime: undefined,
      });
      const begun = {
        score_history: {},
        zones: {},
        averages: {},
        regime_samples: { at: [], value: [] },
        shown_regime: null,
      };
      expect(result.problem).toBeNull();
      expect(result.parts).toMatchObject({ ...parts, ...begun, regime: { current: null, candidate: null } });
      expect(result.parts.dispersion_history).toEqual(document.dispersion_history);
    },
  );

  it.each([
    ["missing", undefined, "it is missing"],
    ["no JSON", "{", "not JSON"],
    ["no object", "[1]", "expected an object"],
    ["of another version", JSON.stringify({ ...document, schema_version: 2 }), "schema_version"],
    ["of another refresh", JSON.stringify({ ...document, sequence: 6 }), "it is of sequence 6 from bybit"],
    ["of another market", JSON.stringify({ ...document, origin: "other" }), "it is of sequence 7 from other"],
    ["too long", " ".repeat(MAX_WORKER_STATE_BYTES + 1), "1000001 bytes are more than the 1000000"],
  ])("gives nothing when it is %s", (_case, text, problem) => {
    expect(parseWorkerState(text, document, 2)).toEqual({ parts: {}, problem: expect.stringContaining(problem) });
  });

  it("fits 1 MB with 600 symbols, full histories and the longest names at the shortest period", () => {
    const points = (count: number, stepS: number) =>
      Array.from({ length: count }, (_, index) => AT - stepS * (count - index));
    const bySymbol = <T>(value: T): Record<string, T> =>
      Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`${"币".repeat(25)}${100 + index}USDT`, value]));
    const longest: WorkerStateDocument = {
      ...document,
      score_history: bySymbol({ at: points(24, 900), value: Array.from({ length: 24 }, () => 12.34) }),
      dispersion_history: { at: points(17_280, 5), value: Array.from({ length: 17_280 }, () => 12.3456) },
      dominance_history: {
        source: "x".repeat(64),
        at: points(100, 900),
        value: Array.from({ length: 100 }, () => 61.23456789012345),
      },
      zones: bySymbol({ zone: "bullish", last_seen: AT, last_signal: AT }),
      averages: bySymbol({
        contributions: {
          technical: -0.012_345_678_901_234_567,
          volume: -0.012_345_678_901_234_567,
          orderflow: -0.012_345_678_901_234_567,
          orderbook: -0.012_345_678_901_234_567,
          sentiment: -0.012_345_678_901_234_567,
          price_structure: -0.012_345_678_901_234_567,
        },
        as_of_ms: AT * 1000,
      }),
      regime_samples: { at: points(672, 900), value: Array.from({ length: 672 }, () => -0.012_345_678_901_234_567) },
    };
    expect(workerStateSchema.safeParse(longest).error).toBeUndefined();
    const text = JSON.stringify(longest);
    expect(utf8Bytes(text)).toBeLessThanOrEqual(1_000_000);
    expect(parseWorkerState(text, document, 2).problem).toBeNull();
  });
});
