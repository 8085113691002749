import { expect, test } from "vitest";
import { isContractName } from "./contract-name.ts";

test.each(["BTCUSDT", "BTCUSDC", "1000PEPEUSDT", "币安人生USDT", "dogeUSDT", `${"A".repeat(28)}USDT`, "A٣USDT"])(
  "%s is a name of a contract",
  (name) => {
    expect(isContractName(name)).toBe(true);
  },
);

test.each([
  "",
  "USDT",
  "BTC",
  "BTCPERP",
  "BTC-USDT",
  "BTC.USDT",
  "BTC USDT",
  "BTC/USDT",
  "BTCUSDT\n",
  `${"A".repeat(29)}USDT`,
  "__proto__",
  "constructor",
  "toString",
  "\ud83d\ude80USDT",
  "%E5USDT",
  "\ud800USDT",
])("%j is none", (name) => {
  expect(isContractName(name)).toBe(false);
});
