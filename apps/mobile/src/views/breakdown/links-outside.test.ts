import { expect, it } from "vitest";
import { linksOutside } from "./links-outside.ts";

const BYBIT = { origin: "bybit", simulated: false };

it.each([
  ["BTCUSDT", "BTCUSDT"],
  ["1000PEPEUSDT", "1000PEPEUSDT"],
  ["币安人生USDT", "%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT"],
])("links %s to its contract at the exchange, and to the perpetual at the chart site", (symbol, name) => {
  expect(linksOutside(BYBIT, symbol).map(({ href }) => href)).toEqual([
    `https://www.bybit.com/trade/usdt/${name}`,
    `https://www.tradingview.com/chart/?symbol=BYBIT:${name}.P`,
  ]);
});

it("has none for a market that is no exchange's", () => {
  expect(linksOutside({ origin: "simulator", simulated: true }, "BTCUSDT")).toEqual([]);
  expect(linksOutside({ origin: "bybit", simulated: true }, "BTCUSDT")).toEqual([]);
  expect(linksOutside({ origin: "other", simulated: false }, "BTCUSDT")).toEqual([]);
});
