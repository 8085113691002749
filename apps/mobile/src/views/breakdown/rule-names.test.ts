import { expect, test } from "vitest";
import { nameInWords } from "./rule-names.ts";

test.each([
  ["rsi", "RSI"],
  ["order_flow_imbalance", "Order flow imbalance"],
  ["candles_4h", "Candles, 4 h"],
  ["constructor", "Constructor"],
  ["", ""],
])("%j is %j", (name, words) => {
  expect(nameInWords(name)).toBe(words);
});
