import type { Input, SymbolInputs, Ticker } from "@pulseboard/engine";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EXCHANGE_DURATIONS } from "../durations.ts";
import { ExchangeError, type ExchangeErrorCode } from "../errors/exchange-error.ts";
import type { ExchangeGateway, MarketCollection } from "../gateway/exchange-gateway.ts";
import { type FakeEndpoint, type FakeFailure, SYMBOL_ENDPOINTS, type SymbolEndpoint } from "./fake-exchange-gateway.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The codes that a fault can have; exchange_is_simulator is an address. */
export const FAILURE_CODES: readonly ExchangeErrorCode[] = [
  "exchange_unreachable",
  "exchange_timeout",
  "exchange_unavailable",
  "exchange_rate_limited",
  "exchange_banned",
  "exchange_geo_blocked",
  "exchange_bad_body",
  "exchange_bad_request",
  "unknown_symbol",
];
const PAUSES_ALL: ReadonlySet<ExchangeErrorCode> = new Set(["exchange_banned", "exchange_geo_blocked"]);

/** How far market time must advance until the endpoint is asked again. */
const DUE_AFTER_MS: Readonly<Record<SymbolEndpoint, number>> = {
  "/v5/market/kline": 5 * MINUTE_MS,
  "/v5/market/orderbook": 30_000,
  "/v5/market/recent-trade": 30_000,
  "/v5/market/open-interest": 5 * MINUTE_MS,
  "/v5/market/account-ratio": HOUR_MS,
  "/v5/market/funding/history": 8 * HOUR_MS,
};

const INPUT_OF: Readonly<Record<SymbolEndpoint, (inputs: SymbolInputs) => Input<unknown>>> = {
  "/v5/market/kline": ({ candles }) => candles["1m"],
  "/v5/market/orderbook": ({ book }) => book,
  "/v5/market/recent-trade": ({ trades }) => trades,
  "/v5/market/open-interest": ({ openInterestBase }) => openInterestBase,
  "/v5/market/account-ratio": ({ longAccountShare }) => longAccountShare,
  "/v5/market/funding/history": ({ fundingRate8h }) => fundingRate8h,
};

/** A gateway to an exchange in the test's hands. */
export interface GatewayUnderTest extends AsyncDisposable {
  readonly gateway: ExchangeGateway;
  fail(endpoint: FakeEndpoint, failure: FakeFailure): void;
  heal(): void;
  /** Market time and the gateway's own time. */
  goOn(ms: number): Promise<void>;
  /** Waits for `work`, and lets the gateway's time pass where it needs that. */
  settle<T>(work: Promise<T>): Promise<T>;
}

/**
 * The promises of every ExchangeGateway to a refresh, the real one and the fake one.
 *
 * @param codes the codes to fail with; all by default
 */
export function describeExchangeGateway(
  name: string,
  open: () => Promise<GatewayUnderTest>,
  codes: readonly ExchangeErrorCode[] = FAILURE_CODES,
): void {
  describe(name, () => {
    const signal = new AbortController().signal;
    let exchange: GatewayUnderTest;
    beforeEach(async () => {
      exchange = await open();
    });
    afterEach(() => exchange[Symbol.asyncDispose]());

    const collectMarket = () => exchange.settle(exchange.gateway.collectMarket(signal));
    const bitcoinOf = ({ tickers }: MarketCollection): Ticker => {
      const ticker = tickers.find(({ symbol }) => symbol === "BTCUSDT");
      if (ticker === undefined) {
        throw new Error("no BTCUSDT");
      }
      return ticker;
    };
    /** One refresh of one symbol. */
    const collect = async () => {
      const market = await collectMarket();
      const { gateway, settle } = exchange;
      return { market, ...(await settle(gateway.collectSymbol(bitcoinOf(market), market.asOfMs, signal))) };
    };
    const collectWithoutMarket = async ({ market }: { readonly market: MarketCollection }, laterMs: number) => {
      const { gateway, settle } = exchange;
      return settle(gateway.collectSymbol(bitcoinOf(market), market.asOfMs + laterMs, signal));
    };

    test("gives the tickers sorted by name, and how many were expected", async () => {
      const { tickers, expected, asOfMs, problems } = await collectMarket();
      expect(tickers.length).toBeGreaterThan(2);
      expect(expected).toBe(tickers.length);
      expect(tickers.map(({ symbol }) => symbol)).toEqual(tickers.map(({ symbol }) => symbol).toSorted());
      expect(problems).toEqual([]);
      const timeMs = await exchange.settle(exchange.gateway.marketTimeMs(signal));
      expect(Math.abs(timeMs - asOfMs)).toBeLessThan(1000);
    });

    test("gives all inputs of a symbol but the liquidations", async () => {
      const first = await collect();
      expect(first.problems).toEqual([]);
      for (const endpoint of SYMBOL_ENDPOINTS) {
        expect(INPUT_OF[endpoint](first.inputs), endpoint).toMatchObject({ known: true });
      }
      expect(first.inputs.liquidations).toMatchObject({ known: false, reason: "not_provided" });
    });

    describe.each(SYMBOL_ENDPOINTS)("%s", (endpoint) => {
      const inputOf = INPUT_OF[endpoint];

      test.each(codes)("%s before the first answer leaves the input unknown, with a problem", async (code) => {
        const market = await collectMarket();
        exchange.fail(endpoint, code);
        const { inputs, problems } = await collectWithoutMarket({ market }, 0);
        expect(inputOf(inputs)).toMatchObject({ known: false, reason: "not_provided" });
        const ours = problems.filter((problem) => problem.endpoint === endpoint);
        expect(ours.length).toBeGreaterThan(0);
        for (const problem of ours) {
          expect(problem).toMatchObject({ code, symbol: "BTCUSDT", message: expect.stringContaining(endpoint) });
        }
        if (!PAUSES_ALL.has(code)) {
          expect(problems).toEqual(ours);
        }
      });

      test.each(codes)("%s later leaves the last known input with its time, and passes", async (code) => {
        const before = await collect();
        await exchange.goOn(DUE_AFTER_MS[endpoint]);
        exchange.fail(endpoint, code);
        const during = await collectWithoutMarket(before, DUE_AFTER_MS[endpoint]);
        expect(inputOf(during.inputs)).toEqual(inputOf(before.inputs));
        expect(during.problems).toContainEqual(expect.objectContaining({ endpoint, code, symbol: "BTCUSDT" }));
        exchange.heal();
        await exchange.goOn(EXCHANGE_DURATIONS.banPauseMs);
        const after = await collect();
        expect(after.problems).toEqual([]);
        const [was, is] = [inputOf(before.inputs), inputOf(after.inputs)];
        expect(is.known && was.known && is.asOfMs > was.asOfMs).toBe(true);
      });
    });

    test.each(codes)("%s of the tickers is thrown, as is that of the time", async (code) => {
      await collectMarket();
      exchange.fail("/v5/market/tickers", code);
      exchange.fail("/v5/market/time", code);
      const failed = collectMarket();
      await expect(failed).rejects.toBeInstanceOf(ExchangeError);
      await expect(failed).rejects.toMatchObject({
        code,
        endpoint: "/v5/market/tickers",
        message: expect.stringContaining("/v5/market/tickers"),
        hint: expect.any(String),
      });
      await expect(exchange.settle(exchange.gateway.marketTimeMs(signal))).rejects.toMatchObject({ code });
    });

    test.each(codes)("%s of the instruments is thrown before the first answer, and a problem later", async (code) => {
      exchange.fail("/v5/market/instruments-info", code);
      await expect(collectMarket()).rejects.toMatchObject({ code, endpoint: "/v5/market/instruments-info" });
      exchange.heal();
      await exchange.goOn(EXCHANGE_DURATIONS.banPauseMs);
      await collectMarket();
      await exchange.goOn(EXCHANGE_DURATIONS.instrumentsPeriodMs);
      exchange.fail("/v5/market/instruments-info", code);
      if (PAUSES_ALL.has(code)) {
        await expect(collectMarket()).rejects.toMatchObject({ code, endpoint: "/v5/market/tickers" });
        return;
      }
      const { tickers, problems } = await collectMarket();
      expect(tickers.length).toBeGreaterThan(2);
      expect(problems).toMatchObject([{ endpoint: "/v5/market/instruments-info", code, symbol: null }]);
      // The old list is used for a while before the next attempt.
      expect((await collectMarket()).problems).toEqual([]);
    });

    test.each([...PAUSES_ALL])("%s pauses every endpoint until its time is over", async (code) => {
      const before = await collect();
      exchange.fail("/v5/market/time", code);
      await expect(exchange.settle(exchange.gateway.marketTimeMs(signal))).rejects.toMatchObject({ code });
      exchange.heal();
      await expect(collectMarket()).rejects.toMatchObject({ code, endpoint: "/v5/market/tickers" });
      await exchange.goOn(5 * MINUTE_MS);
      const during = await collectWithoutMarket(before, 5 * MINUTE_MS);
      expect(during.problems.length).toBeGreaterThan(2);
      expect(new Set(during.problems.map((problem) => problem.code))).toEqual(new Set([code]));
      await exchange.goOn(EXCHANGE_DURATIONS.banPauseMs);
      expect((await collect()).problems).toEqual([]);
    });

    test.each(["/v5/market/tickers", "/v5/market/recent-trade"] as const)(
      "bad rows at %s are a problem",
      async (endpoint) => {
        exchange.fail(endpoint, "bad_rows");
        const { market, inputs, problems } = await collect();
        expect([...market.problems, ...problems].map((problem) => [problem.endpoint, problem.code])).toEqual([
          [endpoint, "bad_rows"],
        ]);
        expect(inputs.trades.known).toBe(true);
      },
    );

    test("forgets the data of symbols that are not retained", async () => {
      const { market } = await collect();
      exchange.gateway.retainOnly(new Set(["ETHUSDT"]));
      exchange.fail("/v5/market/account-ratio", "exchange_bad_request");
      const { inputs } = await collectWithoutMarket({ market }, 0);
      expect(inputs.longAccountShare.known).toBe(false);
    });

    test("takes no answer from before the market time that another process has published, also if it is the first", async () => {
      const { gateway, settle, goOn } = exchange;
      const probe = await open();
      const publishedMs = (await probe.settle(probe.gateway.marketTimeMs(signal))) + 30_000;
      await probe[Symbol.asyncDispose]();
      gateway.continueFrom(publishedMs);
      await expect(collectMarket()).rejects.toMatchObject({ code: "exchange_lagging" });
      await expect(settle(gateway.marketTimeMs(signal))).rejects.toMatchObject({ code: "exchange_lagging" });
      await goOn(40_000);
      expect((await collectMarket()).asOfMs).toBeGreaterThanOrEqual(publishedMs);
    });

    test("takes no answer of the market time that another process has published, until the market moves", async () => {
      const probe = await open();
      const publishedMs = await probe.settle(probe.gateway.marketTimeMs(signal));
      await probe[Symbol.asyncDispose]();
      exchange.gateway.continueFrom(publishedMs);
      await expect(collectMarket()).rejects.toMatchObject({ code: "exchange_frozen" });
      await exchange.goOn(1000);
      expect((await collectMarket()).asOfMs).toBeGreaterThan(publishedMs);
    });

    test("has a budget, and keeps within it", async () => {
      await collect();
      const { used, limit } = exchange.gateway.budget();
      expect(limit).toBeGreaterThan(0);
      expect(used).toBeLessThanOrEqual(limit);
    });

    test("rejects with the reason of an aborted signal", async () => {
      const market = await collectMarket();
      const aborted = AbortSignal.abort(new Error("shutting down"));
      await expect(exchange.gateway.collectMarket(aborted)).rejects.toThrow("shutting down");
      const collecting = exchange.gateway.collectSymbol(bitcoinOf(market), market.asOfMs, aborted);
      await expect(collecting).rejects.toThrow("shutting down");
    });

    test("fails every call once it is closed", async () => {
      const market = await collectMarket();
      await exchange.gateway.close();
      await expect(exchange.gateway.collectMarket(signal)).rejects.toThrow("closed");
      const collecting = exchange.gateway.collectSymbol(bitcoinOf(market), market.asOfMs, signal);
      await expect(collecting).rejects.toThrow("closed");
    });
  });
}
