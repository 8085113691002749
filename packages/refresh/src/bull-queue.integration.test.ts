import { setTimeout as delay } from "node:timers/promises";
import { inject } from "vitest";
import { createBullUnderTest } from "./testing/bull-under-test.ts";
import { describeRefreshQueue } from "./testing/refresh-queue-conformance.ts";

describeRefreshQueue("The queue over Redis", async () => {
  const bull = createBullUnderTest(inject("redisUrl"));
  return { ...bull, pass: (ms) => delay(ms), dispose: () => bull.queue.close() };
});
