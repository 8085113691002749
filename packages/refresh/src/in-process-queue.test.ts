import { createFakeClock, createLogger } from "@pulseboard/runtime";
import { describe, expect, test } from "vitest";
import { createInProcessQueue } from "./in-process-queue.ts";
import { describeRefreshQueue } from "./testing/refresh-queue-conformance.ts";

const create = async () => {
  const logged: string[] = [];
  const log = createLogger({ level: "info", pretty: true, destination: { write: (line) => logged.push(line) } });
  const clock = createFakeClock();
  const { queue, records, consume } = createInProcessQueue({ log, clock });
  return { queue, records, consume, logged, pass: clock.advance, clock, dispose: () => queue.close() };
};

describeRefreshQueue("The in-process queue", create);

describe("The in-process queue", () => {
  test("has one consumer at a time; another may follow it and takes over what waits", async () => {
    const { queue, consume, pass } = await create();
    const first = consume(async () => {});
    expect(() => consume(async () => {})).toThrow(expect.objectContaining({ name: "QueueError", code: "queue_busy" }));
    await first.close(0);
    const { jobId } = await queue.enqueue("schedule");
    const ran: string[] = [];
    const second = consume(async (job) => void ran.push(job.id));
    await pass(0);
    expect(ran).toEqual([jobId]);
    await first.close(0);
    await queue.enqueue("schedule");
    await pass(0);
    expect(ran, "closing the first again leaves the second alone").toHaveLength(2);
    await second.close(0);
  });

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
