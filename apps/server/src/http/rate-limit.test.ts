import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { expect, it } from "vitest";
import { createRequestLimiter } from "./rate-limit.ts";

it("admits exactly the limit in a window that begins with the first request, and says when the next one begins", async () => {
  const clock = createFakeClock();
  const limiter = createRequestLimiter({ limit: 3, durations: { rateWindowMs: 60_000 }, clock });
  const ask = (times: number) => Array.from({ length: times }, () => limiter.refusedForS("a"));
  expect(ask(5)).toEqual([0, 0, 0, 60, 60]);
  await clock.advance(59_001);
  expect(ask(1)).toEqual([1]);
  await clock.advance(999);
  expect(ask(4)).toEqual([0, 0, 0, 60]);
});

it("can be asked without counting a request", async () => {
  const clock = createFakeClock();
  const limiter = createRequestLimiter({ limit: 1, durations: { rateWindowMs: 60_000 }, clock });
  expect([limiter.wouldRefuseForS("a"), limiter.wouldRefuseForS("a"), limiter.refusedForS("a")]).toEqual([0, 0, 0]);
  expect(limiter.wouldRefuseForS("a")).toBe(60);
  await clock.advance(60_000);
  expect(limiter.wouldRefuseForS("a")).toBe(0);
});

it("counts each key separately", async () => {
  const clock = createFakeClock();
  const limiter = createRequestLimiter({ limit: 1, durations: { rateWindowMs: 60_000 }, clock });
  expect(["a", "b", "a", "b"].map((key) => limiter.refusedForS(key))).toEqual([0, 0, 60, 60]);
});

it("does not depend on the wall clock", async () => {
  const clock = createFakeClock();
  const limiter = createRequestLimiter({ limit: 1, durations: { rateWindowMs: 60_000 }, clock });
  limiter.refusedForS("a");
  clock.setNowMs(clock.nowMs() + 3_600_000);
  expect(limiter.refusedForS("a")).toBe(60);
});

it("keeps a bounded number of keys, and goes on limiting those that it has", async () => {
  const clock = createFakeClock();
  const limiter = createRequestLimiter({ limit: 1, durations: { rateWindowMs: 60_000 }, clock });
  for (let index = 0; index < 60_000; index += 1) {
    limiter.refusedForS(`address ${index}`);
  }
  expect(limiter.refusedForS("address 7")).toBe(60);
  // These arrived when there was no room.
  expect(limiter.refusedForS("address 59999")).toBe(0);
  expect(limiter.refusedForS("address 59999")).toBe(0);
  // After a window there is room.
  await clock.advance(60_000);
  expect(["address 59999", "address 59999"].map((key) => limiter.refusedForS(key))).toEqual([0, 60]);
});
