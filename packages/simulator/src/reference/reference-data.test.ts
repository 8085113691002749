import { afterEach, describe, expect, test } from "vitest";
import { NOON_MS, startTestSimulator, type TestSimulator } from "../testing/test-simulator.ts";

let exchange: TestSimulator;
afterEach(() => exchange.simulator.close());

describe("reference data", () => {
  test("CoinGecko's, CoinPaprika's and alternative.me's, in their shapes, and about the same market", async () => {
    exchange = await startTestSimulator();
    const { data } = await exchange.json("/api/v3/global");
    const paprika = await exchange.json("/v1/global");
    const fearGreed = await exchange.json("/fng/?limit=1");
    const [bitcoin] = await exchange.list("/v5/market/tickers?category=linear&symbol=BTCUSDT");
    expect(data.total_market_cap.usd / data.total_market_cap.btc / Number(bitcoin.lastPrice)).toBeCloseTo(1, 1);
    expect(data.market_cap_percentage.btc).toBeGreaterThan(45);
    expect(data.market_cap_percentage.btc).toBeLessThan(65);
    const shares = Object.values<number>(data.market_cap_percentage);
    expect(shares.every((share) => share > 0)).toBe(true);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThan(100);
    expect(Math.abs(data.market_cap_change_percentage_24h_usd)).toBeLessThan(15);
    expect(data.updated_at * 1000).toBeLessThanOrEqual(NOON_MS);
    expect(NOON_MS - data.updated_at * 1000).toBeLessThan(300_000);
    expect(paprika.market_cap_usd / data.total_market_cap.usd).toBeCloseTo(1, 1);
    expect(paprika.bitcoin_dominance_percentage).toBeCloseTo(data.market_cap_percentage.btc, -1);
    expect(paprika.last_updated).toBe(data.updated_at);
    expect(fearGreed).toEqual({
      name: "Fear and Greed Index",
      data: [
        {
          value: expect.stringMatching(/^\d{1,2}$/),
          value_classification: expect.stringMatching(/^(Extreme Fear|Fear|Neutral|Greed|Extreme Greed)$/),
          timestamp: String(Date.UTC(2026, 5, 9) / 1000),
          time_until_update: String(12 * 3600 - 18),
        },
      ],
      metadata: { error: null },
    });
  });
});
