import { ExchangeError } from "@pulseboard/exchange";
import type { MobileSnapshot } from "@pulseboard/snapshot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FaultyMarket, MarketEndpoint } from "./faulty-market.ts";
import { type RefreshingWorker, type RefreshOutcome, startRefreshing } from "./refreshing-worker.ts";
import { figuresOf, lostFigures, pricesOf } from "./snapshot-figures.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How far the market must move on until the worker asks the endpoint again. */
const DUE_AFTER_MS: Readonly<Record<MarketEndpoint, number>> = {
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
};
export const MARKET_ENDPOINTS = Object.keys(DUE_AFTER_MS) as readonly MarketEndpoint[];

/** Without their first answer there is nothing to publish. */
const NEEDED: ReadonlySet<MarketEndpoint> = new Set(["/v5/market/tickers", "/v5/market/instruments-info"]);

/** Figures that take an hour to know, and one that no source gives. */
const NOT_YET_KNOWN = /avg_|dex_share/;

/** One way in which an endpoint can fail. */
export interface Failure {
  /** A fault of the simulator, or an error code of the fake gateways. */
  readonly name: string;
  /** The code in the log, null where the suite does not know it. */
  readonly code: string | null;
  /** It pauses every call to the exchange. */
  readonly pausesAll: boolean;
  /** The answer is used, without its unusable rows. */
  readonly hasBadRows: boolean;
  /** The unusable rows can be the very ones that a figure needs. */
  readonly mayBlank?: boolean;
}

/**
 * Refreshes while one endpoint fails: a worker that knows the market loses nothing; one that has just started publishes
 * what is left, or fails with one clear error.
 */
export function describeFaultsAt(
  endpoint: MarketEndpoint,
  failures: readonly Failure[],
  openMarket: () => Promise<FaultyMarket>,
): void {
  describe(endpoint, () => {
    let market: FaultyMarket;
    let worker: RefreshingWorker;
    let before: MobileSnapshot;
    beforeAll(async () => {
      market = await openMarket();
      worker = startRefreshing(market);
      await worker.refresh();
      before = await refreshWhole();
    });
    afterAll(() => market[Symbol.asyncDispose]());

    /** Goes on for longer than any pause lasts, and checks that nothing is left of an earlier fault. */
    const refreshWhole = async (): Promise<MobileSnapshot> => {
      await market.goOn(2 * HOUR_MS);
      const { snapshot } = published(await worker.refresh());
      expect(worker.warnings()).toEqual([]);
      expect(Object.values(snapshot.sections).every(({ stale }) => !stale)).toBe(true);
      expect(snapshot.sections.scores).toMatchObject({ expected: 3, received: 3 });
      const unknown = [...figuresOf(snapshot)].filter(([, value]) => value === null).map(([path]) => path);
      expect(unknown.filter((path) => !NOT_YET_KNOWN.test(path))).toEqual([]);
      return snapshot;
    };

    it.each(failures)("$name: loses no known figure, is reported once, and passes", async (failure) => {
      await market.goOn(DUE_AFTER_MS[endpoint]);
      market.fail(endpoint, failure.name);
      const during = await worker.refresh();
      const warnings = worker.warnings();
      market.heal();

      if (during instanceof ExchangeError) {
        // Nothing was published: the last snapshot stays, and grows stale.
        expect(failure.pausesAll).toBe(true);
        expect(during.message).toContain(endpoint);
      } else {
        expectReportedOnce(warnings, endpoint, failure);
        expectNothingLost(before, during.snapshot, endpoint, failure);
        expect(during.report.sources.filter(({ name, ok }) => name === endpoint && !ok)).toHaveLength(1);
      }
      before = await refreshWhole();
    });

    it.each(failures)("$name at a cold start: a snapshot of what is left, or one clear error", async (failure) => {
      const cold = startRefreshing(market);
      market.fail(endpoint, failure.name);
      const outcome = await cold.refresh();
      market.heal();
      if (outcome instanceof ExchangeError) {
        expect(NEEDED.has(endpoint) || failure.pausesAll).toBe(true);
        expect(outcome.message).toContain(endpoint);
        expect(outcome.hint).not.toBeNull();
        return;
      }
      expect(NEEDED.has(endpoint) && !failure.hasBadRows).toBe(false);
      expectReportedOnce(cold.warnings(), endpoint, failure);
      const { snapshot } = outcome;
      for (const [path, value] of figuresOf(snapshot)) {
        if (/components|price|dominance|volatility/.test(path)) {
          expect(value, path).not.toBe(0);
        }
      }
      expectReasons(snapshot, endpoint);
    });
  });
}

function published(outcome: RefreshOutcome): Exclude<RefreshOutcome, ExchangeError> {
  if (outcome instanceof ExchangeError) {
    throw outcome;
  }
  return outcome;
}

function expectReportedOnce(
  warnings: ReturnType<RefreshingWorker["warnings"]>,
  endpoint: MarketEndpoint,
  { code }: Failure,
): void {
  const ours = warnings.filter((line) => line.msg.includes(endpoint) || line.endpoint === endpoint);
  expect(ours, JSON.stringify(warnings)).toHaveLength(1);
  if (code !== null) {
    expect(ours[0]?.code).toBe(code);
  }
}

function expectNothingLost(
  before: MobileSnapshot,
  during: MobileSnapshot,
  endpoint: MarketEndpoint,
  failure: Failure,
): void {
  expect(during.sections.scores.received).toBe(3);
  const lost = lostFigures(before, during);
  expect(lost.filter((path) => !rightlyUnknown(endpoint, failure).test(path))).toEqual([]);
  for (const [symbol, price] of pricesOf(during)) {
    const known = pricesOf(before).get(symbol);
    if (known !== undefined) {
      expect(Math.abs(price / known - 1), symbol).toBeLessThan(0.3);
    }
  }
  if (endpoint === "/v5/market/tickers" && !failure.hasBadRows) {
    expect(during.sections.overview).toMatchObject({ stale: true, reason: "source_unavailable" });
    expect(during.sections.overview.as_of).toBe(before.sections.overview.as_of);
    expect(during.market_overview.total_volume_24h).toBe(before.market_overview.total_volume_24h);
    expect(during.perps.open_interest).toBe(before.perps.open_interest);
  }
  if (endpoint !== "/v5/market/tickers") {
    expect(during.sections.overview).toMatchObject({ stale: false, reason: null });
  }
}

function rightlyUnknown(endpoint: MarketEndpoint, { pausesAll, mayBlank }: Failure): RegExp {
  // Every other row is damaged: a figure that needs that very row is unknown, and says so.
  if (mayBlank === true) {
    return /^\.scores|_pct|ls_entropy|funding_zscore/;
  }
  // Everything is paused, and the known inputs are eight hours old.
  return endpoint === "/v5/market/funding/history" && pausesAll ? /_pct|ls_entropy|components/ : /^$/;
}

/** Each null has a reason, and those of a source that failed are not blamed on anything else. */
function expectReasons(snapshot: MobileSnapshot, endpoint: MarketEndpoint): void {
  const { missing, market_overview } = snapshot;
  for (const [name, value] of Object.entries(market_overview)) {
    if (value === null) {
      expect(missing[`market_overview.${name}`], name).toBeDefined();
    }
  }
  if (endpoint === "/fng/") {
    expect(market_overview.fear_greed_value).toBeNull();
    expect(missing["market_overview.fear_greed_value"]).toBe("source_unavailable");
  }
  if (endpoint === "/api/v3/global") {
    expect(market_overview.btc_dominance).not.toBeNull();
    expect(market_overview.eth_dominance).toBeNull();
    expect(missing["market_overview.eth_dominance"]).toBeDefined();
  }
}
