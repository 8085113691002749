import { createExchangeGateway, createReferenceGateway, EXCHANGE_DURATIONS, ExchangeError } from "@pulseboard/exchange";
import { type Clock, createLogger, systemClock } from "@pulseboard/runtime";
import { FAULT_NAMES, startSimulator } from "@pulseboard/simulator";
import { type MobileSnapshot, parseSnapshot, SNAPSHOT_KEY } from "@pulseboard/snapshot";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildDocuments } from "../documents/build-documents.ts";
import { WORKER_DURATIONS } from "../durations.ts";
import { type RefreshMemory, refresh } from "../refresh.ts";
import type { MarketState } from "../state/market-state.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Clear of every candle's close. */
const START_MS = Date.UTC(2026, 5, 10, 13, 7, 5);

/** How far the market must go on until the worker asks the endpoint again. */
const DUE_AFTER_MS = {
  "/v5/market/instruments-info": HOUR_MS,
  "/v5/market/tickers": 30_000,
  "/v5/market/kline": 5 * MINUTE_MS,
  "/v5/market/orderbook": 30_000,
  "/v5/market/recent-trade": 30_000,
  "/v5/market/open-interest": 5 * MINUTE_MS,
  "/v5/market/account-ratio": HOUR_MS,
  "/v5/market/funding/history": 8 * HOUR_MS,
  "/api/v3/global": 6 * MINUTE_MS,
  "/fng/": 61 * MINUTE_MS,
} as const;
/** How long the workers wait for an answer, ms: long enough for a busy machine, short enough for what never answers. */
const PATIENT_MS = 5_000;
const HASTY_MS = 1_500;
const EXCHANGE_ONLY = /^(code_|rate_403_json)/;
/** These pause every call to the exchange, so that a refresh has nothing to go on with. */
const PAUSES_ALL = /^(rate_ban_403|rate_403_json|geo_block|code_10009)/;

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly endpoint?: string;
  readonly code?: string;
}

/** A small generated market, with time in the test's hands. */
async function startMarket() {
  const marketClock = createFakeClock();
  let offsetMs = 0;
  const clock: Clock = {
    nowMs: () => systemClock.nowMs() + offsetMs,
    monotonicMs: () => systemClock.monotonicMs() + offsetMs,
    sleep: systemClock.sleep,
  };
  const simulator = await startSimulator({
    market: { kind: "generated", seed: 7, symbolCount: 12 },
    port: 0,
    speed: 1,
    banMs: 1000,
    startAtMs: START_MS,
    // The market's clock stands between two refreshes: everything falls into one window.
    rateLimit: { requests: 1_000_000, windowMs: 5000 },
    clock: marketClock,
  });
  return {
    simulator,
    clock,
    goOn: async (ms: number) => {
      await marketClock.advance(ms);
      offsetMs += ms;
    },
  };
}

type Market = Awaited<ReturnType<typeof startMarket>>;

/** These show only when an answer is given up. */
const NEVER_ANSWERED: ReadonlySet<string> = new Set(["stalled_body", "slow_headers"]);

/** The refreshes of one worker on that market, that waits for an answer for so long. */
function startRefreshes({ simulator, clock }: Market, requestTimeoutMs: number) {
  const lines: Line[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Line) };
  const log = createLogger({ level: "info", pretty: false, destination });
  const exchange = createExchangeGateway({
    baseUrl: simulator.url,
    simulated: true,
    budgetShare: 1,
    refreshPeriodMs: 30_000,
    clock,
    random: () => 0.5,
    log,
    durations: {
      ...EXCHANGE_DURATIONS,
      requestTimeoutMs,
      callDeadlineMs: requestTimeoutMs + 100,
      retryBackoffMs: 5,
      rateLimitHoldMs: 5,
    },
  });
  const reference = createReferenceGateway({
    baseUrl: simulator.url,
    clock,
    random: () => 0.5,
    durations: EXCHANGE_DURATIONS,
  });
  const imprint = { origin: "simulator", simulated: true, periodMs: 30_000 };
  let memory: RefreshMemory = { state: null, tickers: null, scored: false };
  let sequence = 0;
  let published: MobileSnapshot | null = null;
  const publish = async (state: MarketState): Promise<number> => {
    sequence += 1;
    const documents = buildDocuments(state, imprint, sequence, clock.nowMs(), (_symbol, error) => {
      throw error;
    });
    const text = documents.get(SNAPSHOT_KEY) ?? "";
    const parsed = parseSnapshot(text);
    if (!parsed.ok) {
      throw new Error(parsed.problem);
    }
    published = parsed.snapshot;
    return sequence;
  };
  const settings = { source: "simulator", symbolCount: 3, moversMinTurnoverUsd: 500_000 };

  return {
    /** What the last refresh logged. */
    lines,
    /** Refreshes once; the snapshot that was published, or the error. */
    refresh: async (): Promise<MobileSnapshot | ExchangeError> => {
      lines.length = 0;
      try {
        const context = { exchange, reference, publish, durations: WORKER_DURATIONS, clock, log, ...settings };
        const run = { signal: AbortSignal.timeout(30_000), progress: () => {} };
        memory = (await refresh(context, memory, run)).memory;
      } catch (error) {
        if (!(error instanceof ExchangeError)) {
          throw error;
        }
        return error;
      }
      if (published === null) {
        throw new Error("a refresh publishes");
      }
      return published;
    },
    close: async () => {
      await exchange.close();
      await reference.close();
    },
  };
}

/** Every figure by its path; rows of lists by their symbol. */
function figures(value: unknown, path = ""): ReadonlyMap<string, unknown> {
  if (typeof value !== "object" || value === null) {
    return new Map([[path, value]]);
  }
  const entries: (readonly [string, unknown])[] = Array.isArray(value)
    ? value.map((row) => [String((row as { symbol?: unknown }).symbol ?? ""), row] as const)
    : Object.entries(value);
  return new Map(entries.flatMap(([name, member]) => [...figures(member, `${path}.${name}`)]));
}

function partsOf({ market_overview, market_breadth, perps, confluence_scores }: MobileSnapshot) {
  const scores = confluence_scores.map(({ symbol, price, components, change_24h, turnover_24h }) => ({
    symbol,
    price,
    components,
    change_24h,
    turnover_24h,
  }));
  return figures({ market_overview, market_breadth, perps, scores });
}

/** What was known and is null now; a symbol that left the ranking has not lost anything. */
function lost(before: MobileSnapshot, after: MobileSnapshot): readonly string[] {
  const now = partsOf(after);
  return [...partsOf(before)].filter(([path, value]) => value !== null && now.get(path) === null).map(([path]) => path);
}

/** What is rightly unknown while the fault lasts. */
function toBeLost(endpoint: string, fault: string): RegExp {
  // Every other row is spoilt: what needs that very row is unknown, and says so.
  if (fault === "bad_numbers") {
    return /^\.scores|_pct|ls_entropy|funding_zscore/;
  }
  // Everything is paused, and what is known is eight hours old.
  return endpoint === "/v5/market/funding/history" && PAUSES_ALL.test(fault) ? /_pct|ls_entropy|components/ : /^$/;
}

/** What takes an hour to know, and what nobody provides. */
const NEVER_OR_NOT_YET_KNOWN = /avg_|dex_share/;

const warnings = (lines: readonly Line[]) => lines.filter(({ level }) => level === "warn" || level === "error");

function succeeded(result: MobileSnapshot | ExchangeError): MobileSnapshot {
  if (result instanceof ExchangeError) {
    throw result;
  }
  return result;
}

/** The lines that name the endpoint. */
const about = (lines: readonly Line[], endpoint: string) =>
  warnings(lines).filter((line) => line.msg.includes(endpoint) || line.endpoint === endpoint);

const priceOf = (snapshot: MobileSnapshot): ReadonlyMap<string, number> =>
  new Map(snapshot.confluence_scores.map(({ symbol, price }) => [symbol, price]));

/**
 * Every fault of the simulator's catalogue at one endpoint: to a worker that knows the market, nothing is lost; to one
 * that has just started, it is a snapshot of what is left.
 */
export function describeFaultsAt(endpoint: keyof typeof DUE_AFTER_MS): void {
  describe(endpoint, () => {
    const faults = FAULT_NAMES.filter((fault) => endpoint.startsWith("/v5/") || !EXCHANGE_ONLY.test(fault));
    const isNeeded = endpoint === "/v5/market/tickers" || endpoint === "/v5/market/instruments-info";
    let market: Market;
    let patient: ReturnType<typeof startRefreshes>;
    let hasty: ReturnType<typeof startRefreshes>;

    beforeAll(async () => {
      market = await startMarket();
      patient = startRefreshes(market, PATIENT_MS);
      hasty = startRefreshes(market, HASTY_MS);
      await patient.refresh();
    });

    afterAll(async () => {
      await patient?.close();
      await hasty?.close();
      await market?.simulator.close();
    });

    /** Goes on for longer than any pause lasts, and sees that the market is whole: nothing of a fault before is left. */
    const healthy = async (worker: typeof patient): Promise<MobileSnapshot> => {
      await market.goOn(2 * HOUR_MS);
      const snapshot = succeeded(await worker.refresh());
      expect(warnings(worker.lines)).toEqual([]);
      expect(Object.values(snapshot.sections).every(({ stale }) => !stale)).toBe(true);
      expect(snapshot.sections.scores).toMatchObject({ expected: 3, received: 3 });
      const unknown = [...partsOf(snapshot)].filter(([, value]) => value === null).map(([path]) => path);
      expect(unknown.filter((path) => !NEVER_OR_NOT_YET_KNOWN.test(path))).toEqual([]);
      return snapshot;
    };

    it.each(faults)("%s: nothing known is lost, one line says what happened, and it passes", async (fault) => {
      const worker = NEVER_ANSWERED.has(fault) ? hasty : patient;
      const before = await healthy(worker);
      await market.goOn(DUE_AFTER_MS[endpoint]);
      market.simulator.setFault({ endpoint, fault });
      const during = await worker.refresh();
      const said = about(worker.lines, endpoint);
      market.simulator.clearFaults();

      if (during instanceof ExchangeError) {
        // Nothing was published: the last snapshot stays, and grows stale.
        expect(fault).toMatch(PAUSES_ALL);
        expect(during.message).toContain(endpoint);
      } else {
        expect(said, JSON.stringify(worker.lines)).toHaveLength(1);
        expect(during.sections.scores.received).toBe(3);
        const mayBeLost = toBeLost(endpoint, fault);
        expect(lost(before, during).filter((path) => !mayBeLost.test(path))).toEqual([]);
        for (const [symbol, price] of priceOf(during)) {
          const known = priceOf(before).get(symbol);
          if (known !== undefined) {
            expect(Math.abs(price / known - 1), symbol).toBeLessThan(0.3);
          }
        }
        if (endpoint === "/v5/market/tickers") {
          expect(during.sections.overview).toMatchObject({ stale: true, reason: "source_unavailable" });
          expect(during.sections.overview.as_of).toBe(before.sections.overview.as_of);
          expect(during.market_overview.total_volume_24h).toBe(before.market_overview.total_volume_24h);
          expect(during.perps.open_interest).toBe(before.perps.open_interest);
        }
      }
    });

    it("is whole again when all faults are over", async () => {
      await healthy(patient);
      await healthy(hasty);
    });

    it.each(faults)("%s at a cold start: a snapshot of what is left, or one clear error", async (fault) => {
      const cold = startRefreshes(market, NEVER_ANSWERED.has(fault) ? HASTY_MS : PATIENT_MS);
      try {
        market.simulator.setFault({ endpoint, fault });
        const result = await cold.refresh();
        if (result instanceof ExchangeError) {
          expect(isNeeded || PAUSES_ALL.test(fault)).toBe(true);
          expect(result.message).toContain(endpoint);
          expect(result.hint).not.toBeNull();
          return;
        }
        expect(isNeeded && fault !== "bad_numbers").toBe(false);
        expect(about(cold.lines, endpoint), JSON.stringify(cold.lines)).toHaveLength(1);
        for (const [path, value] of partsOf(result)) {
          if (/components|price|dominance|volatility/.test(path)) {
            expect(value, path).not.toBe(0);
          }
        }
      } finally {
        market.simulator.clearFaults();
        await cold.close();
      }
    });
  });
}
