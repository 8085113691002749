import { setMaxListeners } from "node:events";
import { createFakeClock, type FakeClock } from "@pulseboard/testing/fake-clock";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Lane, RequestBudget } from "./request-budget.ts";

const WINDOW_MS = 5000;
const never = new AbortController().signal;
setMaxListeners(0, never);

interface Latency {
  /** Until the request is at the exchange. */
  readonly outMs: number;
  readonly backMs: number;
  /** We give up before the answer is here, even before the request arrives. */
  readonly giveUpMs: number | null;
}

/** Sends as many requests as there are latencies, as fast as the budget lets it. Resolves to the arrivals, in order. */
async function send(
  clock: FakeClock,
  budget: RequestBudget,
  latencies: readonly Latency[],
): Promise<readonly number[]> {
  const arrivals: number[] = [];
  await Promise.all(
    latencies.map(async ({ outMs, backMs, giveUpMs }) => {
      const slot = await budget.acquire("symbol", never);
      const arriving = clock.sleep(outMs).then(() => arrivals.push(clock.monotonicMs()));
      if (giveUpMs === null) {
        await clock.sleep(outMs + backMs);
        slot.answered();
      } else {
        await clock.sleep(giveUpMs);
        slot.unanswered();
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

describe("the request budget", () => {
  test("holds in every window at the exchange, whatever the network does", async () => {
    // At once, too: what is fastest comes nearest to the limit.
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
          const budget = new RequestBudget({ limit, windowMs: WINDOW_MS, concurrency, clock });
          const arrivals = await run(clock, send(clock, budget, latencies));
          expect(arrivals).toHaveLength(latencies.length);
          expect(mostInAnyWindow(arrivals)).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("a cold start of 450 requests at 300 per 5 s takes hardly more than the one window it has to wait", async () => {
    const clock = createFakeClock();
    const budget = new RequestBudget({ limit: 300, windowMs: WINDOW_MS, concurrency: 32, clock });
    const latencies = Array.from({ length: 450 }, () => ({ outMs: 20, backMs: 30, giveUpMs: null }));
    const arrivals = await run(clock, send(clock, budget, latencies));
    expect(mostInAnyWindow(arrivals)).toBe(300);
    expect(arrivals.at(-1)).toBeLessThan(WINDOW_MS * 1.2);
  });

  test("no more at the same time than agreed", async () => {
    const clock = createFakeClock();
    const budget = new RequestBudget({ limit: 100, windowMs: WINDOW_MS, concurrency: 2, clock });
    await Promise.all([budget.acquire("symbol", never), budget.acquire("symbol", never)]);
    let isThird = false;
    void budget.acquire("symbol", never).then(() => {
      isThird = true;
    });
    await clock.advance(60_000);
    expect(isThird).toBe(false);
  });

  test("first come first served, but the market call goes before all", async () => {
    const clock = createFakeClock();
    const budget = new RequestBudget({ limit: 100, windowMs: WINDOW_MS, concurrency: 1, clock });
    const first = await budget.acquire("symbol", never);
    const order: string[] = [];
    const queue = (name: string, lane: Lane) =>
      budget.acquire(lane, never).then((slot) => {
        order.push(name);
        slot.answered();
      });
    const all = [queue("symbol 1", "symbol"), queue("symbol 2", "symbol"), queue("market", "market")];
    first.answered();
    await Promise.all(all);
    expect(order).toEqual(["market", "symbol 1", "symbol 2"]);
  });

  test("what was never sent costs nothing", async () => {
    const budget = new RequestBudget({ limit: 1, windowMs: WINDOW_MS, concurrency: 1, clock: createFakeClock() });
    (await budget.acquire("symbol", never)).cancel();
    await expect(budget.acquire("symbol", never)).resolves.toBeDefined();
  });

  test("who gives up leaves the line, and everybody can be sent home", async () => {
    const clock = createFakeClock();
    const budget = new RequestBudget({ limit: 1, windowMs: WINDOW_MS, concurrency: 1, clock });
    const slot = await budget.acquire("symbol", never);
    const leaving = new AbortController();
    const left = budget.acquire("symbol", leaving.signal);
    const sentHome = budget.acquire("symbol", never);
    leaving.abort(new Error("no longer wanted"));
    await expect(left).rejects.toThrow("no longer wanted");
    budget.rejectWaiting(new Error("banned"));
    await expect(sentHome).rejects.toThrow("banned");
    slot.answered();
    budget.close(new Error("closed"));
    await expect(budget.acquire("symbol", never)).rejects.toThrow("closed");
    expect(clock.sleeping()).toBe(0);
  });

  test("a hold keeps everybody back for its time", async () => {
    const clock = createFakeClock();
    const budget = new RequestBudget({ limit: 9, windowMs: WINDOW_MS, concurrency: 9, clock });
    budget.hold(2000);
    const waiting = budget.acquire("market", never).then(() => clock.monotonicMs());
    await clock.advance(3000);
    expect(await waiting).toBe(2000);
  });
});
