import { expect, it } from "vitest";
import { analysisKey, HISTORY_KEY, SNAPSHOT_KEY, SYMBOLS_KEY } from "./keys.ts";

it("uses the key names that other programs read", () => {
  expect([SNAPSHOT_KEY, SYMBOLS_KEY, analysisKey("BTCUSDT"), HISTORY_KEY]).toEqual([
    "mobile:snapshot",
    "mobile:symbols",
    "mobile:analysis:BTCUSDT",
    "worker:history",
  ]);
});
