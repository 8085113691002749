import { expect, test } from "vitest";
import { openGateway, whileTimePasses } from "../testing/gateways.ts";
import { createTinyExchange } from "../testing/tiny-exchange.ts";

const START_MS = Date.UTC(2025, 5, 10, 12, 0, 5);
const TICKERS = "/v5/market/tickers";

test("the outcome of each request is reported, retries included", async () => {
  const exchange = createTinyExchange(["BTCUSDT"], START_MS);
  const told: string[] = [];
  await using open = openGateway(exchange, {
    onRequestEnd: (endpoint, outcome) => void told.push(`${endpoint} ${outcome}`),
  });
  await open.gateway.collectMarket(open.signal);
  expect(told.toSorted()).toEqual(["/v5/market/instruments-info ok", `${TICKERS} ok`]);

  told.length = 0;
  exchange.overrides.set(TICKERS, (response) => response.writeHead(503).end("busy"));
  await whileTimePasses(
    open.clock,
    open.gateway.collectMarket(open.signal).catch(() => {}),
  );
  expect(told).toEqual(Array(3).fill(`${TICKERS} exchange_unavailable`));
});

test("the budget gives the use of a window and its limit", async () => {
  const exchange = createTinyExchange(["BTCUSDT"], START_MS);
  await using open = openGateway(exchange);
  expect(open.gateway.budget()).toEqual({ used: 0, limit: 300 });
  await open.gateway.collectMarket(open.signal);
  expect(open.gateway.budget()).toEqual({ used: 2, limit: 300 });
  await open.clock.advance(6_000);
  expect(open.gateway.budget()).toEqual({ used: 0, limit: 300 });
});
