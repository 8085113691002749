import { expect, test } from "vitest";
import { reasonsBySymbol } from "./reasons-by-symbol.ts";

test("finds reasons by their symbol, and only by the whole of it", () => {
  const grouped = reasonsBySymbol({
    "market_overview.btc_price": "stale_input",
    "confluence_scores.BTCUSDT.components.orderflow": "too_short",
    "confluence_scores.BTCUSDT.change_24h": "not_provided",
    "confluence_scores.BTCUSDTX.change_24h": "no_activity",
  });
  expect([...grouped]).toEqual([
    [
      "BTCUSDT",
      {
        "confluence_scores.BTCUSDT.components.orderflow": "too_short",
        "confluence_scores.BTCUSDT.change_24h": "not_provided",
      },
    ],
    ["BTCUSDTX", { "confluence_scores.BTCUSDTX.change_24h": "no_activity" }],
  ]);
});

test("finds nothing when nothing is missing", () => {
  expect(reasonsBySymbol({}).size).toBe(0);
});
