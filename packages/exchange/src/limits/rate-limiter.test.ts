import { setMaxListeners } from "node:events";
import { createFakeClock, type FakeClock } from "@pulseboard/testing/fake-clock";
import { propertyRuns } from "@pulseboard/testing/property-runs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRateLimiter, type Priority, type RateLimiter } from "./rate-limiter.ts";

const WINDOW_MS = 5000;
const DURATIONS = { limitWindowMs: WINDOW_MS, limitMarginMs: 100, stragglerMs: 2000 };
const never = new AbortController().signal;
setMaxListeners(0, never);

interface Latency {
  /** Until the request is at the exchange. */
  readonly outMs: number;
  readonly backMs: number;
  /** We give up before the answer is here, even before the request arrives. */
  readonly giveUpMs: number | null;
}

/** Sends a request for each latency, as fast as the limiter allows. Resolves with the times of arrival, in order. */
async function send(clock: FakeClock, limiter: RateLimiter, latencies: readonly Latency[]): Promise<readonly number[]> {
  const arrivals: number[] = [];
  await Promise.all(
    latencies.map(async ({ outMs, backMs, giveUpMs }) => {
      const permit = await limiter.acquire("symbol", never);
      const arriving = clock.sleep(outMs).then(() => arrivals.push(clock.monotonicMs()));
      if (giveUpMs === null) {
        await clock.sleep(outMs + backMs);
        permit.answered();
      } else {
        await clock.sleep(giveUpMs);
        permit.unanswered();
      }
      await arriving;
    }),
  );
  return arrivals.sort((a, b) => a - b);
}

/** The most arrivals in any window that ends with an arrival. */
function mostInAnyWindow(arrivals: readonly number[]): number {
  return Math.max(...arrivals.map((end) => arrivals.filter((at) => at <= end && at > end - WINDOW_MS).length));
}

async function run<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  void work.then(() => {
    isDone = true;
  });
  while (!isDone) {
    await clock.advance(10_000);
  }
  return work;
}

describe("the rate limiter", () => {
  test("keeps the limit in every window at the exchange, whatever the network does", async () => {
    // At once, too: the fastest requests come nearest to the limit.
    const latency = fc.record({
      outMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2000 })),
      backMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9000 })),
      giveUpMs: fc.option(fc.integer({ min: 0, max: 8000 })),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 8 }),
        fc.array(latency, { minLength: 1, maxLength: 40 }),
        async (limit, concurrency, latencies) => {
          const clock = createFakeClock();
          const limiter = createRateLimiter({ limit, durations: DURATIONS, concurrency, clock });
          const arrivals = await run(clock, send(clock, limiter, latencies));
          expect(arrivals).toHaveLength(latencies.length);
          expect(mostInAnyWindow(arrivals)).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: propertyRuns({ quick: 37, thorough: 750 }) },
    );
  });

  test("450 requests at 300 per 5 s take little longer than the one window they have to wait", async () => {
    const clock = createFakeClock();
    const limiter = createRateLimiter({ limit: 300, durations: DURATIONS, concurrency: 32, clock });
    const latencies = Array.from({ length: 450 }, () => ({ outMs: 20, backMs: 30, giveUpMs: null }));
    const arrivals = await run(clock, send(clock, limiter, latencies));
    expect(mostInAnyWindow(arrivals)).toBe(300);
    expect(arrivals.at(-1)).toBeLessThan(WINDOW_MS * 1.2);
  });

  test("keeps the limit of requests at the same time", async () => {
    const clock = createFakeClock();
    const limiter = createRateLimiter({ limit: 100, durations: DURATIONS, concurrency: 2, clock });
    await Promise.all([limiter.acquire("symbol", never), limiter.acquire("symbol", never)]);
    let isThird = false;
    void limiter.acquire("symbol", never).then(() => {
      isThird = true;
    });
    await clock.advance(60_000);
    expect(isThird).toBe(false);
  });

  test("serves first come first served, but the market call before all others", async () => {
    const clock = createFakeClock();
    const limiter = createRateLimiter({ limit: 100, durations: DURATIONS, concurrency: 1, clock });
    const first = await limiter.acquire("symbol", never);
    const order: string[] = [];
    const queue = (name: string, priority: Priority) =>
      limiter.acquire(priority, never).then((permit) => {
        order.push(name);
        permit.answered();
      });
    const all = [queue("symbol 1", "symbol"), queue("symbol 2", "symbol"), queue("market", "market")];
    first.answered();
    await Promise.all(all);
    expect(order).toEqual(["market", "symbol 1", "symbol 2"]);
  });

  test("does not count a request that was never sent", async () => {
    const limiter = createRateLimiter({ limit: 1, durations: DURATIONS, concurrency: 1, clock: createFakeClock() });
    (await limiter.acquire("symbol", never)).cancel();
    await expect(limiter.acquire("symbol", never)).resolves.toBeDefined();
  });

  test("forgets requests that give up, and can reject all that wait", async () => {
    const clock = createFakeClock();
    const limiter = createRateLimiter({ limit: 1, durations: DURATIONS, concurrency: 1, clock });
    const permit = await limiter.acquire("symbol", never);
    const leaving = new AbortController();
    const left = limiter.acquire("symbol", leaving.signal);
    const rejected = limiter.acquire("symbol", never);
    leaving.abort(new Error("no longer wanted"));
    await expect(left).rejects.toThrow("no longer wanted");
    limiter.rejectWaiting(new Error("banned"));
    await expect(rejected).rejects.toThrow("banned");
    permit.answered();
    limiter.close(new Error("closed"));
    await expect(limiter.acquire("symbol", never)).rejects.toThrow("closed");
    expect(clock.sleeping()).toBe(0);
  });

  test("grants no permit during a hold", async () => {
    const clock = createFakeClock();
    const limiter = createRateLimiter({ limit: 9, durations: DURATIONS, concurrency: 9, clock });
    limiter.hold(2000);
    const waiting = limiter.acquire("market", never).then(() => clock.monotonicMs());
    await clock.advance(3000);
    expect(await waiting).toBe(2000);
  });
});
