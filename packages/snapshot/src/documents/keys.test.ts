import { expect, it } from "vitest";
import { ALERTS_KEY, analysisKey, HISTORY_KEY, SNAPSHOT_KEY, SYMBOLS_KEY, WORKER_STATE_KEY } from "./keys.ts";

it("has the key names that other programs and other versions read", () => {
  expect([SNAPSHOT_KEY, SYMBOLS_KEY, analysisKey("BTCUSDT"), ALERTS_KEY, WORKER_STATE_KEY, HISTORY_KEY]).toEqual([
    "mobile:snapshot",
    "mobile:symbols",
    "mobile:analysis:BTCUSDT",
    "mobile:alerts",
    "worker:state",
    "worker:history",
  ]);
});

it("percent-encodes the name of a symbol, so that every store can keep its analysis", () => {
  expect(analysisKey("\u5e01\u5b89USDT")).toBe("mobile:analysis:%E5%B8%81%E5%AE%89USDT");
});

it("gives the longest names keys of their own that memcached takes", () => {
  const names = ["\u{2ffff}", "\u{2fffe}", "\u5e01"].map((letter) => `${letter.repeat(28)}USDT`);
  const keys = names.map(analysisKey);
  expect(new Set(keys).size).toBe(3);
  for (const key of keys) {
    expect(key).toMatch(/^[\x21-\x7e]{1,200}$/);
  }
});
