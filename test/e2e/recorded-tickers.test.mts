import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { haveRecordings, readRecordedBody } from "@pulseboard/testing/recordings";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { untilSnapshot } from "./support/ask.mts";
import { type Pulseboard, startPulseboard } from "./support/program.mts";

interface Row {
  readonly symbol: string;
  readonly lastPrice: string;
  readonly price24hPcnt: string;
  readonly turnover24h: string;
  readonly openInterest: string;
  readonly fundingRate: string;
}

/** The instrument that a name of the linear list stands for: dated futures have a dash, USDC perpetuals end in PERP. */
function instrumentOf(symbol: string) {
  const isDated = symbol.includes("-");
  const quoteCoin = symbol.endsWith("PERP") || isDated ? "USDC" : "USDT";
  return {
    symbol,
    contractType: isDated ? "LinearFutures" : "LinearPerpetual",
    status: "Trading",
    baseCoin: symbol.replace(/(USDT|PERP|-.*)$/, ""),
    quoteCoin,
    settleCoin: quoteCoin,
    symbolType: "",
    launchTime: "1584230400000",
    deliveryTime: "0",
    priceScale: "2",
    fundingInterval: 480,
    isPreListing: false,
  };
}

describe.runIf(haveRecordings())("the recorded tickers of August 2023, from the wire to the phone", () => {
  let exchange: Server;
  let pulseboard: Pulseboard;
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let eligible: readonly Row[] = [];
  const timeMs = 1_692_147_000_000;

  beforeAll(async () => {
    const { result } = readRecordedBody("tickers-linear-2023-08.json") as { result: { list: Row[] } };
    eligible = result.list.filter(({ symbol }) => /^[A-Z0-9]+USDT$/.test(symbol));
    const envelope = (inner: unknown, retCode = 0) =>
      JSON.stringify({
        retCode,
        retMsg: retCode === 0 ? "OK" : "params error",
        result: inner,
        retExtInfo: {},
        time: timeMs,
      });
    exchange = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://exchange");
      response.setHeader("content-type", "application/json");
      if (pathname === "/v5/market/tickers") {
        response.end(envelope(result));
      } else if (pathname === "/v5/market/instruments-info") {
        const list = result.list.map(({ symbol }) => instrumentOf(symbol));
        response.end(envelope({ category: "linear", list, nextPageCursor: "" }));
      } else {
        response.end(envelope({}, 10001));
      }
    });
    await new Promise<void>((resolve) => exchange.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(exchange.address() as AddressInfo).port}`;
    folder = await createTemporaryFolder();
    pulseboard = await startPulseboard({
      EXCHANGE: "bybit",
      EXCHANGE_URL: url,
      REFERENCE_URL: url,
      DATA_DIR: folder.path,
      SYMBOL_COUNT: "3",
    });
  });

  afterAll(async () => {
    await pulseboard?.stop();
    exchange?.close();
    await folder?.remove();
  });

  it("shows breadth, trend, volume, dispersion and movers as the body has them", async () => {
    const snapshot = await untilSnapshot(pulseboard.url, ({ sections }) => sections.overview.received > 0);
    const changes = eligible.map(({ price24hPcnt }) => Number(price24hPcnt) * 100);
    const up = changes.filter((change) => change > 0).length;
    const down = changes.filter((change) => change < 0).length;
    expect(eligible).toHaveLength(237);
    expect(snapshot.market_breadth).toMatchObject({ up, down, flat: changes.length - up - down });
    expect(snapshot.market_breadth.breadth_percentage).toBeCloseTo((up / (up + down)) * 100, 2);

    const { market_overview: overview } = snapshot;
    expect(overview.trend_strength).toBeCloseTo(50 + (50 * (up - down)) / (up + down + 1), 2);
    const turnover = eligible.reduce((sum, row) => sum + Number(row.turnover24h), 0);
    expect(Math.abs((overview.total_volume_24h ?? 0) / turnover - 1)).toBeLessThan(1e-9);
    const clipped = changes.map((change) => Math.max(-30, Math.min(30, change)));
    const mean = clipped.reduce((sum, change) => sum + change, 0) / clipped.length;
    const variance = clipped.reduce((sum, change) => sum + (change - mean) ** 2, 0) / clipped.length;
    expect(overview.market_dispersion).toBeCloseTo(Math.sqrt(variance), 3);
    expect(overview.average_change).toBeCloseTo(changes.reduce((sum, change) => sum + change, 0) / changes.length, 3);
    expect(overview.btc_price).toBe(Number(eligible.find(({ symbol }) => symbol === "BTCUSDT")?.lastPrice));

    const liquid = eligible
      .filter(({ turnover24h }) => Number(turnover24h) >= 500_000)
      .map(({ symbol, price24hPcnt }) => ({ symbol, change: Number(price24hPcnt) * 100 }))
      .toSorted((a, b) => b.change - a.change);
    const expectMovers = (shown: readonly { symbol: string; change_24h: number }[], expected: typeof liquid) => {
      expect(shown.map(({ symbol }) => symbol)).toEqual(expected.map(({ symbol }) => symbol));
      for (const [index, { change_24h }] of shown.entries()) {
        expect(change_24h).toBeCloseTo(expected[index]?.change ?? Number.NaN, 5);
      }
    };
    expectMovers(snapshot.top_movers.gainers, liquid.slice(0, 5));
    expectMovers(snapshot.top_movers.losers, liquid.toReversed().slice(0, 5));
  });

  it("says that scores and reference data are missing, and why", async () => {
    const snapshot = await untilSnapshot(
      pulseboard.url,
      ({ sections }) => sections.scores.reason !== "warming_up" && sections.reference.reason !== "warming_up",
    );
    expect(snapshot.sections.scores).toMatchObject({ expected: 3 });
    expect(snapshot.sections.reference).toMatchObject({ received: 0, as_of: null, stale: true });
    expect(snapshot.market_overview.btc_dominance).toBeNull();
    expect(snapshot.missing["market_overview.btc_dominance"]).toBe("source_unavailable");
    expect(snapshot.missing["market_overview.avg_volatility"]).toBe("too_short");
    expect(snapshot).toMatchObject({ origin: "bybit", simulated: false, status: "success" });
  });
});
