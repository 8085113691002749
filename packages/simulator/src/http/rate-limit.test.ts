import { afterEach, describe, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../testing/test-simulator.ts";

const TIME = "/v5/market/time";

let exchange: TestSimulator;
afterEach(() => exchange.simulator.close());

/** Statuses of `count` questions, asked one after the other. */
async function statuses(count: number, path = TIME): Promise<number[]> {
  const result: number[] = [];
  for (let index = 0; index < count; index++) {
    result.push((await exchange.ask(path)).status);
  }
  return result;
}

describe("the rate limit", () => {
  test("bans the address for the ban's length from the first request above it", async () => {
    exchange = await startTestSimulator({ rateLimit: { requests: 5, windowMs: 5000 }, banMs: 60_000 });
    expect(await statuses(7)).toEqual([200, 200, 200, 200, 200, 403, 403]);
    const banned = await exchange.ask("/v5/market/tickers?category=linear");
    expect(banned).toMatchObject({ status: 403, text: "403, access too frequent" });
    await exchange.clock.advance(59_999);
    expect(await statuses(1)).toEqual([403]);
    await exchange.clock.advance(1);
    // Requests during the ban count towards the window after it: of five in 5 s one is used up already.
    expect(await statuses(4)).toEqual([200, 200, 200, 200]);
    expect(exchange.simulator.stats()).toMatchObject({ bans_given: 1, requests_during_ban: 3, peak_in_5s: 6 });
  });

  test("counts over sliding windows, not over fixed ones", async () => {
    exchange = await startTestSimulator({ rateLimit: { requests: 3, windowMs: 5000 } });
    await statuses(1);
    await exchange.clock.advance(4000);
    expect(await statuses(2)).toEqual([200, 200]);
    await exchange.clock.advance(1000);
    expect(await statuses(1)).toEqual([200]);
    await exchange.clock.advance(3999);
    expect(await statuses(1)).toEqual([403]);
  });

  test("is 600 in 5 s by default, and requests during a ban do not extend it", async () => {
    exchange = await startTestSimulator({ banMs: 600_000 });
    const all = await Promise.all(Array.from({ length: 601 }, () => exchange.ask(TIME)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(600);
    await exchange.clock.advance(599_000);
    expect(await statuses(3)).toEqual([403, 403, 403]);
    expect(exchange.simulator.stats().ban_ends_in_ms).toBe(1000);
    await exchange.clock.advance(1000);
    expect(await statuses(1)).toEqual([200]);
  });

  test("leaves out the simulator's own paths and the reference data, which answer during a ban too", async () => {
    exchange = await startTestSimulator({ rateLimit: { requests: 2, windowMs: 5000 } });
    for (const path of ["/__stats", "/__faults", "/api/v3/global", "/v1/global", "/fng/", "/fng/?limit=1"]) {
      expect(await statuses(3, path)).toEqual([200, 200, 200]);
    }
    expect(await statuses(3)).toEqual([200, 200, 403]);
    expect(await statuses(1, "/api/v3/global")).toEqual([200]);
    expect(exchange.simulator.stats()).toMatchObject({
      requests: { [TIME]: 3, "/api/v3/global": 4, "/v1/global": 3, "/fng/": 6 },
      peak_in_5s: 3,
    });
  });
});
