import { ExchangeError } from "@pulseboard/exchange";
import { expect, test } from "vitest";
import { createFakeMarket } from "./testing/faulty-market.ts";
import { startRefreshing } from "./testing/refreshing-worker.ts";

test("a frozen exchange is an outage: nothing is published, although it still tells the time, until it moves again", async () => {
  await using market = createFakeMarket();
  const worker = startRefreshing(market);
  await worker.refresh();
  market.fail("/v5/market/tickers", "exchange_frozen");
  await market.goOn(30_000);
  const frozen = await worker.refresh();
  expect(frozen).toBeInstanceOf(ExchangeError);
  expect(frozen).toMatchObject({ code: "exchange_frozen" });
  market.heal();
  await market.goOn(30_000);
  expect(await worker.refresh()).toMatchObject({ snapshot: { sections: { overview: { stale: false } } } });
});

test("a lagging server is only a failed answer: the refresh goes on with the last tickers", async () => {
  await using market = createFakeMarket();
  const worker = startRefreshing(market);
  await worker.refresh();
  market.fail("/v5/market/tickers", "exchange_lagging");
  await market.goOn(30_000);
  expect(await worker.refresh()).toMatchObject({ snapshot: { sections: { overview: { stale: true } } } });
  expect(worker.warnings()).toMatchObject([{ code: "exchange_lagging" }]);
});
