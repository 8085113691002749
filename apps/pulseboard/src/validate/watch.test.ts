import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, systemClock } from "@pulseboard/runtime";
import { expect, it, onTestFinished } from "vitest";
import { VALIDATE_DURATIONS } from "./expectations.ts";
import { watch } from "./watch.ts";

it("does not make up for the samples that it missed while it was stopped", async () => {
  const server = createServer((_request, response) => void response.end("{}"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  let passedMs = 0;
  const clock: Clock = {
    nowMs: () => passedMs,
    monotonicMs: () => passedMs,
    sleep: async (ms, signal) => {
      if (ms >= VALIDATE_DURATIONS.giveUpAfterMs) {
        return systemClock.sleep(ms, signal);
      }
      // The first time, the process is stopped for 100 s.
      passedMs += passedMs === 0 ? 100_000 : ms;
    },
  };
  const { tally } = await watch({
    address: { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, headers: {} },
    expectations: { version: null, origin: null, allowed: new Set() },
    durations: VALIDATE_DURATIONS,
    clock,
    watchMs: 105_000,
    everyMs: 1_000,
    signal: new AbortController().signal,
    onChange: () => undefined,
    onProgress: () => undefined,
  });
  expect(tally.samples).toBe(6);
});
