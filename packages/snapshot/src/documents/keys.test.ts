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
