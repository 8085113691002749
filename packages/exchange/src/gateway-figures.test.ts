import { expect, test } from "vitest";
import { createExchangeGateway } from "./create-exchange-gateway.ts";
import { openGateway, whileTimePasses } from "./testing/gateways.ts";
import { startTinyExchange } from "./testing/tiny-exchange.ts";

const START_MS = Date.UTC(2025, 5, 10, 12, 0, 5);
const TICKERS = "/v5/market/tickers";

test("each request that was sent is told with what became of it, retries too", async () => {
  await using exchange = await startTinyExchange(["BTCUSDT"], START_MS);
  await using open = openGateway(exchange.url);
  const told: string[] = [];
  const gateway = createExchangeGateway({
    baseUrl: exchange.url,
    simulated: false,
    budgetShare: 0.5,
    refreshPeriodMs: 30_000,
    clock: open.clock,
    random: () => 0.5,
    log: { info: () => {}, warn: () => {} },
    onRequestEnd: (endpoint, outcome) => void told.push(`${endpoint} ${outcome}`),
  });
  await gateway.collectMarket(open.signal);
  expect(told.toSorted()).toEqual(["/v5/market/instruments-info ok", `${TICKERS} ok`]);

  told.length = 0;
  exchange.overrides.set(TICKERS, (response) => response.writeHead(503).end("busy"));
  await whileTimePasses(
    open.clock,
    gateway.collectMarket(open.signal).catch(() => {}),
  );
  expect(told).toEqual(Array(3).fill(`${TICKERS} exchange_unavailable`));
  await gateway.close();
});

test("the budget tells how much of a window is in use, and what there is", async () => {
  await using exchange = await startTinyExchange(["BTCUSDT"], START_MS);
  await using open = openGateway(exchange.url, 0.5);
  expect(open.gateway.budget()).toEqual({ used: 0, limit: 300 });
  await open.gateway.collectMarket(open.signal);
  expect(open.gateway.budget()).toEqual({ used: 2, limit: 300 });
  await open.clock.advance(6_000);
  expect(open.gateway.budget()).toEqual({ used: 0, limit: 300 });
});
