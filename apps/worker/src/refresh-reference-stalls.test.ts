import { expect, test } from "vitest";
import { WORKER_DURATIONS } from "./durations.ts";
import { createFakeMarket } from "./testing/faulty-market.ts";
import { startRefreshing } from "./testing/refreshing-worker.ts";

test("reference data that never come, whatever deadlines they have, cost a refresh a bounded wait and one warning", async () => {
  await using market = createFakeMarket();
  const reference = { collectReference: () => new Promise<never>(() => undefined), close: async () => undefined };
  const worker = startRefreshing({
    ...market,
    openGateways: (log) => ({ ...market.openGateways(log), reference }),
  });
  let isOver = false;
  const refreshed = worker.refresh().finally(() => {
    isOver = true;
  });
  const { firstReferenceWaitMs, referenceWaitMs } = WORKER_DURATIONS;
  for (let waitedMs = 0; !isOver && waitedMs < 2 * (firstReferenceWaitMs + referenceWaitMs); waitedMs += 100) {
    await market.goOn(100);
  }
  expect(isOver).toBe(true);
  expect(await refreshed).toMatchObject({
    snapshot: { sections: { scores: { received: 3, stale: false }, reference: { stale: true } } },
  });
  expect(worker.warnings()).toMatchObject([{ endpoint: "reference", code: "reference_timeout" }]);
});
