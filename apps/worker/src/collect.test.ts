import { setImmediate as nextTurn } from "node:timers/promises";
import { createLogger } from "@pulseboard/runtime";
import { expect, test } from "vitest";
import { collectAndScore } from "./collect.ts";
import { createFakeMarket, startSimulatedMarket } from "./testing/faulty-market.ts";

test("the event loop goes on between the scores of any two symbols", async () => {
  await using market = createFakeMarket();
  const log = createLogger({ level: "silent", pretty: false });
  const { exchange } = market.openGateways(log);
  const { signal } = new AbortController();
  const run = { signal, begins: () => () => undefined };
  const collected = await market.settle(exchange.collectMarket(signal));
  const tickers = { tickers: collected.tickers, asOfMs: collected.asOfMs, expected: collected.expected };
  let turns = 0;
  let isOver = false;
  const count = async (): Promise<void> => {
    while (!isOver) {
      await nextTurn();
      turns += 1;
    }
  };
  const counting = count();
  const context = { exchange, log, durations: { tickersUsableMs: 1 } };
  const before = { asOfMs: collected.asOfMs, tickers, fresh: true, problems: [] };
  const { scored } = await market.settle(collectAndScore(context, before, collected.tickers, run));
  isOver = true;
  await counting;
  expect(scored.length).toBeGreaterThan(2);
  expect(turns).toBeGreaterThan(scored.length);
});

test("a refresh that takes minutes loses no input: it is scored at the time of its newest data, less what that may be ahead", async () => {
  await using market = await startSimulatedMarket();
  const log = createLogger({ level: "silent", pretty: false });
  const { exchange } = market.openGateways(log);
  const { signal } = new AbortController();
  const run = { signal, begins: () => () => undefined };
  const { tickers, asOfMs, expected } = await market.settle(exchange.collectMarket(signal));
  const beganAtMs = asOfMs - 300_000;
  const before = { asOfMs: beganAtMs, tickers: { tickers, asOfMs: beganAtMs, expected }, fresh: true, problems: [] };
  const context = { exchange, log, durations: { tickersUsableMs: 1 } };
  const { inputs, problems } = await market.settle(collectAndScore(context, before, tickers, run));
  expect(problems.filter(({ code }) => code === "bad_input")).toEqual([]);
  expect(inputs.size).toBeGreaterThan(2);
  for (const { nowMs, book, trades } of inputs.values()) {
    expect([book.known, trades.known]).toEqual([true, true]);
    expect(nowMs).toBeGreaterThanOrEqual(asOfMs - 60_000);
    expect(nowMs).toBeLessThan(asOfMs);
  }
});
