import { expect, test } from "vitest";
import { openLedger } from "./answers.ts";
import { NOON_MS, startTestSimulator } from "./testing/test-simulator.ts";

test("a ledger has every answer of a simulator of the same market, also of one that was started later", async () => {
  const market = { kind: "generated", seed: 7, symbolCount: 12 } as const;
  const ledger = openLedger(market, NOON_MS);
  const exchange = await startTestSimulator({ market: { ...market, listingsAtMs: NOON_MS }, startAtMs: NOON_MS + 5e9 });
  for (const path of [
    "/v5/market/tickers?category=linear",
    "/v5/market/kline?symbol=BTCUSDT&interval=30&limit=400",
    "/api/v3/global",
    "/fng/",
  ]) {
    expect(await exchange.json(path)).toEqual(ledger.answer(path, NOON_MS + 5e9));
    expect(await exchange.json(path)).not.toEqual(ledger.answer(path, NOON_MS));
  }
  await exchange.simulator.close();
});
