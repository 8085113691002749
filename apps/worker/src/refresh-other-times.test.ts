import { ExchangeError } from "@pulseboard/exchange";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FaultyMarket, startSimulatedMarket } from "./testing/faulty-market.ts";
import { type RefreshingWorker, startRefreshing } from "./testing/refreshing-worker.ts";

const TICKERS = "/v5/market/tickers";
const PERIOD_MS = 30_000;

let market: FaultyMarket;
let worker: RefreshingWorker;
/** `as_of` of the last snapshot without a fault. */
let asOf: number;
beforeEach(async () => {
  market = await startSimulatedMarket();
  worker = startRefreshing(market);
  await worker.refresh();
  asOf = (await overview()).as_of ?? 0;
});
afterEach(() => market[Symbol.asyncDispose]());

/** One period later: the overview's provenance. */
async function overview() {
  await market.goOn(PERIOD_MS);
  const outcome = await worker.refresh();
  if (outcome instanceof ExchangeError) {
    throw outcome;
  }
  return outcome.snapshot.sections.overview;
}

test("a server that is a minute behind costs its own answers: the last tickers stay, and time never goes back", async () => {
  market.fail(TICKERS, "lagging");
  expect(await overview()).toMatchObject({ stale: true, as_of: asOf });
  expect(worker.warnings()).toMatchObject([{ code: "exchange_lagging" }]);
  market.heal();
  expect(await overview()).toMatchObject({ stale: false, as_of: asOf + 60 });
});

test("the same old answers for two periods count as no answer", async () => {
  market.fail(TICKERS, "frozen");
  expect(await overview()).toMatchObject({ as_of: asOf });
  await expect(overview()).rejects.toMatchObject({ code: "exchange_frozen" });
  market.heal();
  expect(await overview()).toMatchObject({ stale: false, as_of: asOf + 90 });
});

test("a simulated market that goes back by more than a minute is a new one, and the one after it only has to agree with itself", async () => {
  market.fail(TICKERS, "gone_back");
  expect(await overview()).toMatchObject({ stale: false, as_of: asOf - 270 });
  market.heal();
  expect(await overview()).toMatchObject({ stale: false, as_of: asOf + 60 });
});

test("one answer that is dated an hour ahead is asked for again", async () => {
  market.fail(TICKERS, "wrong_time");
  expect(await overview()).toMatchObject({ stale: false, as_of: asOf + 30 });
});
