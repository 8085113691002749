import { createLogger } from "@pulseboard/runtime";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { describe, expect, test } from "vitest";
import { REFRESH_DURATIONS } from "./durations.ts";
import { createInProcessQueue } from "./in-process-queue.ts";
import { describeRefreshQueue } from "./testing/refresh-queue-conformance.ts";

const create = async () => {
  const logged: string[] = [];
  const log = createLogger({ level: "info", pretty: true, destination: { write: (line) => logged.push(line) } });
  const clock = createFakeClock();
  const { queue, records, consume } = createInProcessQueue({ log, clock, durations: REFRESH_DURATIONS });
  return { queue, records, consume, logged, pass: clock.advance, clock, dispose: () => queue.close() };
};

describeRefreshQueue("The in-process queue", create);

describe("The in-process queue", () => {
  test("leaves no timer behind that would keep the process alive", async () => {
    const { queue, consume, pass, clock } = await create();
    const consumer = consume(async (job) => {
      await new Promise((resolve) => job.signal.addEventListener("abort", resolve));
    });
    await queue.enqueue("schedule");
    await pass(0);
    const closing = consumer.close(100);
    await pass(100);
    await closing;
    expect(clock.sleeping()).toBe(0);
  });
});
