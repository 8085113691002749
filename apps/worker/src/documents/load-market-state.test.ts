import {
  ALERTS_KEY,
  alertsDocumentSchema,
  analysisKey,
  HISTORY_KEY,
  historyDocumentSchema,
  SNAPSHOT_KEY,
  SYMBOLS_KEY,
  WORKER_STATE_KEY,
} from "@pulseboard/snapshot";
import { documentsOfVersion1 } from "@pulseboard/testing/documents-of-version-1";
import { describe, expect, it } from "vitest";
import { nextMarketState } from "../next-market-state.ts";
import type { MarketState } from "../state/market-state.ts";
import { generateRefreshInput } from "../testing/generate-refresh-input.ts";
import { buildDocuments } from "./build-documents.ts";
import { loadMarketState } from "./load-market-state.ts";

type Documents = ReadonlyMap<string, string>;
type Json = Record<string, unknown>;

const META = { origin: "simulator", simulated: true, periodMs: 30_000 };
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const input = generateRefreshInput({ symbols: 12 });
const nothingFromReference = { globalMarket: null, fearGreed: null, problems: [] };

/** A market of two refreshes, with milliseconds in its times, alert zones and a regime to remember. */
const state = ((): MarketState => {
  const asOfMs = input.asOfMs + 60_123;
  const tickers = input.tickers === null ? null : { ...input.tickers, asOfMs: asOfMs - 77 };
  const alert = {
    id: "regime_change:1742000000",
    alert_type: "regime_change",
    level: "warning",
    symbol: null,
    message: "The market has changed.",
    timestamp: 1_742_000_000,
    unix_timestamp: 1_742_000_000,
    details: { from: "Bullish: Risk-On", to: "Bearish: Risk-Off" },
  } as const;
  const first = nextMarketState(input, null);
  const second = nextMarketState({ ...input, asOfMs, tickers }, first);
  return { ...second, alerts: { ...second.alerts, alerts: [alert] } };
})();

function documentsOf(stored: MarketState): Documents {
  return buildDocuments(stored, META, 7, 1_780_000_000_123, (_symbol, error) => {
    throw error;
  }).documents;
}

const documents = documentsOf(state);

/** The same documents with some replaced (text) or missing (null). */
function changed(changes: Readonly<Record<string, string | null>>): Documents {
  const copy = new Map(documents);
  for (const [key, text] of Object.entries(changes)) {
    if (text === null) {
      copy.delete(key);
    } else {
      copy.set(key, text);
    }
  }
  return copy;
}

function load(stored: Documents) {
  const loaded = loadMarketState(stored, "simulator");
  if ("problem" in loaded) {
    throw new Error(loaded.problem);
  }
  return loaded;
}

/** `worker:state` with some members replaced. */
function withState(changes: Json): Documents {
  const stored = JSON.parse(documents.get(WORKER_STATE_KEY) ?? "") as Json;
  return changed({ [WORKER_STATE_KEY]: JSON.stringify({ ...stored, ...changes }) });
}

describe("a restart", () => {
  it("goes on with the very state that was published, to the millisecond", () => {
    expect(load(documents)).toEqual({ state, alertsProblem: null, workerStateProblem: null });
  });

  it("keeps the age of each reference source while the reference APIs do not answer", () => {
    const { globalMarket, fearGreed } = input.reference ?? nothingFromReference;
    if (globalMarket === null || fearGreed === null) {
      throw new Error("both sources answered before the restart");
    }
    const capitalAsOfMs = input.asOfMs - 2 * MINUTE_MS - 1;
    const fearGreedAsOfMs = input.asOfMs - DAY_MS - 1;
    const before = nextMarketState(
      {
        ...input,
        reference: {
          globalMarket: { ...globalMarket, asOfMs: capitalAsOfMs },
          fearGreed: { ...fearGreed, asOfMs: fearGreedAsOfMs },
          problems: [],
        },
      },
      null,
    );
    const restarted = nextMarketState({ ...input, reference: nothingFromReference }, load(documentsOf(before)).state);

    expect(restarted.reference).toEqual(before.reference);
    expect(restarted.reference.marketCap).toMatchObject({ source: "coingecko", asOfMs: capitalAsOfMs });
    expect(restarted.reference.fearGreed).toMatchObject({ source: "alternative.me", asOfMs: fearGreedAsOfMs });
    const snapshot = JSON.parse(documentsOf(restarted).get(SNAPSHOT_KEY) ?? "");
    expect(snapshot.sections.reference).toMatchObject({ stale: false, source: "coingecko, alternative.me" });
  });

  it("uses no documents of another market, and none that it cannot read", () => {
    expect(loadMarketState(documents, "bybit")).toEqual({
      problem: "its origin is simulator, this worker's is bybit",
    });
    expect(loadMarketState(changed({ [SNAPSHOT_KEY]: '{"status":' }), "simulator")).toEqual({
      problem: expect.stringContaining("mobile:snapshot: not JSON"),
    });
    expect(loadMarketState(changed({ [SYMBOLS_KEY]: null }), "simulator")).toEqual({
      problem: expect.stringContaining("mobile:symbols: not JSON"),
    });
  });

  it("leaves out a score whose analysis is damaged or of another refresh", () => {
    const ofAnother = (documents.get(analysisKey("ETHUSDT")) ?? "").replace('"sequence":7', '"sequence":6');
    const loaded = load(changed({ [analysisKey("BTCUSDT")]: "{", [analysisKey("ETHUSDT")]: ofAnother }));
    expect([...loaded.state.scores.value.keys()].toSorted()).toEqual(
      [...state.scores.value.keys()].filter((symbol) => symbol !== "BTCUSDT" && symbol !== "ETHUSDT").toSorted(),
    );
  });

  it("uses no document of another refresh beside the snapshot", () => {
    const ofAnother = (key: string) => (documents.get(key) ?? "").replace('"sequence":7', '"sequence":6');
    expect(loadMarketState(changed({ [SYMBOLS_KEY]: ofAnother(SYMBOLS_KEY) }), "simulator")).toEqual({
      problem: "mobile:symbols: it is of sequence 6 from simulator",
    });
    const keys = [ALERTS_KEY, HISTORY_KEY, WORKER_STATE_KEY];
    const loaded = load(changed(Object.fromEntries(keys.map((key) => [key, ofAnother(key)]))));
    expect(loaded.alertsProblem).toBe("it is of sequence 6 from simulator");
    expect(loaded.workerStateProblem).toBe("it is of sequence 6 from simulator");
    expect(loaded.state.history.scores).toEqual({});
    expect(loaded.state.alerts.zones).toEqual({});
    expect(loaded.state.scores.value).toEqual(state.scores.value);
  });

  it("begins without alerts when they cannot be read, and keeps zones and regime", () => {
    const loaded = load(changed({ [ALERTS_KEY]: "{}" }));
    expect(loaded.alertsProblem).toContain("schema_version");
    expect(loaded.state.alerts).toEqual({ ...state.alerts, alerts: [] });
  });
});

describe("a part of worker:state that cannot be read", () => {
  // Times in whole seconds, as the public documents have them.
  const inSeconds = (provenance: MarketState["overview"]["provenance"]) => ({
    ...provenance,
    asOfMs: provenance.asOfMs === null ? null : Math.floor(provenance.asOfMs / 1000) * 1000,
  });
  const { overview, reference, history, alerts } = state;
  const section = inSeconds(overview.provenance);

  it.each<[string, Json, Partial<MarketState>]>([
    ["overview", { overview: null }, { overview: { ...overview, provenance: section } }],
    ["overview", { overview: { as_of_ms: 1 } }, { overview: { ...overview, provenance: section } }],
    ["as_of_ms", { as_of_ms: "now" }, { asOfMs: Math.floor(state.asOfMs / 1000) * 1000 }],
    ["score_history", { score_history: { BTCUSDT: { at: [1], value: [] } } }, { history }],
    ["dominance_history", { dominance_history: 5 }, { history }],
    ["zones", { zones: [] }, { alerts }],
    ["regime", { regime: { current: "no category" } }, { alerts }],
  ])("%s is taken from other documents, and costs no other part: %j", (name, change, expected) => {
    const loaded = load(withState(change));
    expect(loaded.state).toEqual({ ...state, ...expected });
    expect(loaded.workerStateProblem).toContain(name);
  });

  it("reference takes the older time and both names for each source, rather than guess", () => {
    const loaded = load(withState({ reference: {} }));
    const asOfMs = Math.floor((reference.fearGreed?.asOfMs ?? 0) / 1000) * 1000;
    const both = { source: "coingecko, alternative.me", asOfMs };
    expect(loaded.state.reference).toEqual({
      marketCap: { ...reference.marketCap, ...both },
      fearGreed: { ...reference.fearGreed, ...both },
      reason: "warming_up",
    });
    expect({ ...loaded.state, reference }).toEqual(state);
    // Shown once: the name does not grow with each restart.
    const again = JSON.parse(documentsOf(loaded.state).get(SNAPSHOT_KEY) ?? "");
    expect(again.sections.reference.source).toBe("coingecko, alternative.me");
  });

  it("a member that a newer version added is reported and ignored", () => {
    const loaded = load(withState({ new_member: 1 }));
    expect(loaded.state).toEqual(state);
    expect(loaded.workerStateProblem).toContain("new_member");
  });

  it("is lost where no other document has it, and the rest is kept", () => {
    const damaged = new Map(withState({ score_history: 1, dispersion_history: 1 })).set(HISTORY_KEY, "[]");
    const loaded = load(damaged);
    expect(loaded.state.history).toEqual({
      scores: {},
      dispersion: { at: [], value: [] },
      btcDominance: state.history.btcDominance,
      meanSignal: state.history.meanSignal,
    });
    expect({ ...loaded.state, history: state.history }).toEqual(state);
  });
});

describe("a time in the stores that cannot be", () => {
  const LATE_MS = 8.64e15;
  const stored = JSON.parse(documents.get(WORKER_STATE_KEY) ?? "") as Record<string, Json>;
  const lastSignal = (at: number) => ({ BTCUSDT: { zone: "neutral", last_seen: 1, last_signal: at } });

  it.each<[string, unknown]>([
    ["as_of_ms", LATE_MS],
    ["as_of_ms", state.asOfMs + 8 * DAY_MS],
    ["as_of_ms", state.asOfMs - DAY_MS],
    ["overview", { ...stored.overview, as_of_ms: LATE_MS }],
    ["movers", { ...stored.movers, as_of_ms: state.asOfMs + 1000 }],
    ["perps", { ...stored.perps, as_of_ms: null }],
    ["scores", { ...stored.scores, as_of_ms: 0 }],
    ["reference", { ...stored.reference, fear_greed: { source: "x", as_of_ms: LATE_MS } }],
    ["score_history", { BTCUSDT: { at: [1, LATE_MS / 1000], value: [1, 2] } }],
    ["dispersion_history", { at: [LATE_MS / 1000], value: [1] }],
    ["dominance_history", { source: "x", at: [LATE_MS / 1000], value: [1] }],
    ["zones", lastSignal(LATE_MS / 1000)],
    ["averages", { BTCUSDT: { contributions: state.averages.get("BTCUSDT")?.contributions, as_of_ms: LATE_MS } }],
    ["regime_samples", { at: [1, LATE_MS / 1000], value: [0.1, 0.2] }],
    [
      "shown_regime",
      { name: "Bullish: Risk-On", differs_since_ms: null, unknown_since_ms: null, as_of_ms: state.asOfMs + 60_001 },
    ],
  ])("costs %s alone, and is reported: %j", (name, part) => {
    const loaded = load(withState({ [name]: part }));
    expect(loaded.workerStateProblem).toBe(`${name}: a time that cannot be, beside those of the snapshot`);
    expect(loaded.state).toEqual(load(withState({ [name]: "damaged" })).state);
    expect(Math.abs(loaded.state.asOfMs - state.asOfMs)).toBeLessThan(1000);
  });

  it("is none of a refresh that went on without new tickers for a while", () => {
    const laterMs = state.asOfMs + 6 * DAY_MS;
    const loaded = load(withState({ as_of_ms: laterMs, zones: lastSignal(Math.floor(laterMs / 1000) + 60) }));
    expect(loaded).toMatchObject({ workerStateProblem: null, state: { asOfMs: laterMs } });
  });

  it("costs the alerts, which would otherwise be the last ones for ever", () => {
    const alerts = JSON.parse(documents.get(ALERTS_KEY) ?? "");
    const [alert] = alerts.alerts;
    const late = { ...alert, timestamp: LATE_MS / 1000, unix_timestamp: LATE_MS / 1000 };
    const loaded = load(changed({ [ALERTS_KEY]: JSON.stringify({ ...alerts, alerts: [late] }) }));
    expect(loaded.alertsProblem).toBe("a time that cannot be, beside those of the snapshot");
    expect(loaded.state).toEqual({ ...state, alerts: { ...state.alerts, alerts: [] } });
  });

  it("is not believed of the document of the version before either", () => {
    const history = JSON.parse(documents.get(HISTORY_KEY) ?? "");
    const loaded = load(
      changed({ [WORKER_STATE_KEY]: null, [HISTORY_KEY]: JSON.stringify({ ...history, as_of: LATE_MS / 1000 }) }),
    );
    expect(loaded.state.asOfMs).toBeLessThanOrEqual(state.asOfMs);
    expect(loaded.state.history.scores).toEqual({});
  });
});

describe("worker:state as a whole", () => {
  it.each<[string, Json]>([
    ["of another refresh", { sequence: 6 }],
    ["of another market", { origin: "bybit", simulated: false }],
    ["of another version", { schema_version: 2 }],
    ["of a simulator that does not say so", { simulated: false }],
  ])("is not used when it is %s: the other documents give what they can", (_name, change) => {
    const damaged = { ...change, score_history: { BTCUSDT: { at: [1], value: [50] } } };
    const loaded = load(withState(damaged));
    expect(loaded.workerStateProblem).not.toBeNull();
    expect(loaded.state).toEqual(load(changed({ [WORKER_STATE_KEY]: null })).state);
  });

  it.each([
    ["cut off", "{"],
    ["no object", "[]"],
    ["too long", `{"schema_version":1,"padding":"${"x".repeat(1_000_000)}"}`],
  ])("is not used when it is %s", (_name, text) => {
    const loaded = load(changed({ [WORKER_STATE_KEY]: text }));
    expect(loaded.workerStateProblem).not.toBeNull();
    expect(loaded.state.scores).toEqual({ ...state.scores, provenance: expect.anything() });
  });
});

describe("documents of version 1 of the method", () => {
  const stored = documentsOfVersion1();
  const loaded = load(stored);
  const { state: before } = loaded;
  const version1 = JSON.parse(stored.get(WORKER_STATE_KEY) ?? "");
  const atThatTime = { ...input, asOfMs: before.asOfMs + 30_000, tickers: null };
  const snapshotOf = (of: MarketState) => JSON.parse(documentsOf(of).get(SNAPSHOT_KEY) ?? "");

  it("are read whole: the scores are shown until there are new ones, and marked as what they are", () => {
    expect(loaded).toMatchObject({ alertsProblem: null, workerStateProblem: null });
    expect([...before.scores.value.keys()]).toEqual(expect.arrayContaining(["BTCUSDT", "ETHUSDT"]));
    const half = nextMarketState({ ...atThatTime, symbols: null }, before);
    const published = snapshotOf(half);
    expect(published).toMatchObject({ method_version: 1, market_regime: "Bullish: Risk-On" });
    expect(published.confluence_scores).toHaveLength(2);
    expect(published.confluence_scores[0]).not.toHaveProperty("relative");
    expect(load(documentsOf(half)).state).toEqual(half);

    const whole = nextMarketState(atThatTime, half);
    expect(snapshotOf(whole)).toMatchObject({ method_version: 2 });
    expect(snapshotOf(whole).confluence_scores[0]).toHaveProperty("relative");
  });

  it("give up what rests on their scores, and alerts begin silently", () => {
    expect(Object.keys(version1.score_history)).not.toEqual([]);
    expect(Object.keys(version1.zones)).not.toEqual([]);
    expect(version1.regime.current).toBe("Bullish: Risk-On");
    expect(before.history.scores).toEqual({});
    expect(before.history.meanSignal).toEqual({ at: [], value: [] });
    expect(before.averages).toEqual(new Map());
    expect(before.regimeDwell).toBeNull();
    expect(before.alerts).toMatchObject({ zones: {}, regime: { current: null, candidate: null } });
    const whole = nextMarketState(atThatTime, before);
    expect(whole.alerts.alerts).toEqual(before.alerts.alerts);
    expect(whole.history.scores.BTCUSDT?.at).toEqual([Math.floor(whole.asOfMs / 1000)]);
    expect(whole.averages.get("BTCUSDT")?.asOfMs).toBe(whole.asOfMs);
  });

  it("hand on dispersion, dominance and past alerts", () => {
    expect(before.history.dispersion).toEqual(version1.dispersion_history);
    expect(before.history.dispersion.at).toHaveLength(6);
    expect(before.history.btcDominance).toEqual(version1.dominance_history);
    expect(before.alerts.alerts).toHaveLength(1);
    expect(before.alerts.alerts[0]).not.toHaveProperty("method_version");
  });

  it("give up the same without worker:state", () => {
    const without = new Map(stored);
    without.delete(WORKER_STATE_KEY);
    const { state: restored } = load(without);
    expect(restored.history.scores).toEqual({});
    expect(restored.history.dispersion).toEqual(before.history.dispersion);
    expect(restored.alerts).toEqual(before.alerts);
  });
});

describe("one version back and forth", () => {
  it("after an upgrade everything is there but milliseconds and the reference sources' own times", () => {
    const loaded = load(changed({ [WORKER_STATE_KEY]: null }));
    expect(loaded.workerStateProblem).toBe("it is missing");
    // The version before did not know it.
    expect(loaded.state.history).toEqual({ ...state.history, meanSignal: { at: [], value: [] } });
    expect(loaded.state.alerts).toEqual(state.alerts);
    expect(loaded.state.scores.value).toEqual(state.scores.value);
    expect(loaded.state.overview.value).toEqual(state.overview.value);
    expect(loaded.state.reference.marketCap?.value).toEqual(state.reference.marketCap?.value);
    expect(loaded.state.asOfMs).toBe(Math.floor(state.asOfMs / 1000) * 1000);
  });

  it("after a rollback the version before finds histories, alert zones and regime where it looks for them", () => {
    const history = historyDocumentSchema.parse(JSON.parse(documents.get(HISTORY_KEY) ?? ""));
    expect(history).toMatchObject({ sequence: 7, origin: "simulator", as_of: Math.floor(state.asOfMs / 1000) });
    expect(Object.keys(history.scores).toSorted()).toEqual(Object.keys(state.history.scores).toSorted());
    expect(history.scores.BTCUSDT?.score).toEqual(state.history.scores.BTCUSDT?.value);
    expect(history.market_dispersion).toEqual(state.history.dispersion);
    expect(history.btc_dominance).toEqual(state.history.btcDominance);
    const alerts = alertsDocumentSchema.parse(JSON.parse(documents.get(ALERTS_KEY) ?? ""));
    expect(alerts).toMatchObject(state.alerts);
  });
});
