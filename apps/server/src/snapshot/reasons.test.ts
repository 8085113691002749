import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { expect, it } from "vitest";
import { GENERATED_AT_MS, PERIOD_MS, sampleFields, samplePublication } from "../testing/sample-documents.ts";
import { type LoadedSnapshot, load } from "./loaded-snapshot.ts";
import { createReasons, type Reason } from "./reasons.ts";

const iso = (afterMs: number): string => new Date(GENERATED_AT_MS + afterMs).toISOString();

function start() {
  const clock = createFakeClock(GENERATED_AT_MS);
  const now: { loaded: LoadedSnapshot | null; away: string[]; ofWorker: Reason[] } = {
    loaded: null,
    away: [],
    ofWorker: [],
  };
  const reasons = createReasons({
    loaded: () => now.loaded,
    unavailableStores: () => now.away,
    others: () => [],
    ofWorker: () => now.ofWorker,
    freshForMs: null,
    clock,
  });
  const serve = (change: Parameters<typeof samplePublication>[0] = {}): void => {
    const result = load(samplePublication(change), "bybit", clock);
    if (!result.ok) {
      throw new Error(result.problem);
    }
    now.loaded = result.loaded;
  };
  const list = () => reasons.list().map(({ code, since }) => [code, since]);
  return { clock, now, serve, list, reasons };
}

it("dates what has no date of its own by the first look at it, anew each time that it comes back", async () => {
  const { clock, now, serve, list } = start();
  expect(list()).toEqual([["no_snapshot", iso(0)]]);
  await clock.advance(1000);
  now.away = ["redis"];
  expect(list()).toEqual([
    ["no_snapshot", iso(0)],
    ["store_away:redis", iso(1000)],
  ]);
  await clock.advance(1000);
  serve();
  now.away = ["redis", "disk"];
  expect(list()).toEqual([
    ["store_away:redis", iso(1000)],
    ["store_away:disk", iso(2000)],
  ]);
  now.away = [];
  expect(list()).toEqual([]);
  await clock.advance(1000);
  now.away = ["redis"];
  expect(list()).toEqual([["store_away:redis", iso(3000)]]);
});

it("dates a stale snapshot by the moment at which it grew old, also where nobody looked, and when its age is not known, by the look", async () => {
  const { clock, serve, list } = start();
  serve();
  await clock.advance(10 * PERIOD_MS);
  expect(list()).toEqual([["snapshot_stale", iso(3 * PERIOD_MS)]]);

  const jumped = start();
  jumped.serve();
  jumped.clock.setNowMs(GENERATED_AT_MS + 3_600_000);
  expect(jumped.list()).toEqual([["snapshot_stale", iso(3_600_000)]]);
});

it("never contradicts the age that it is said with, however the time goes on between two looks at the clock", () => {
  let readings = 0;
  let offsetMs = 0;
  const { clock: still, now, serve } = start();
  const moving = { ...still, monotonicMs: () => still.monotonicMs() + offsetMs + readings++ };
  serve();
  const reasons = createReasons({
    loaded: () => now.loaded,
    unavailableStores: () => [],
    others: () => [],
    ofWorker: () => [],
    freshForMs: null,
    clock: moving,
  });
  const stale = Array.from({ length: 20 }, (_, index) => {
    readings = 0;
    offsetMs = 3 * PERIOD_MS - 10 + index;
    const { ageMs, reasons: found } = reasons.look();
    expect(found.map(({ code }) => code)).toEqual((ageMs ?? 0) >= 3 * PERIOD_MS ? ["snapshot_stale"] : []);
    return found.length;
  });
  expect(new Set(stale)).toEqual(new Set([0, 1]));
});

it("dates a stale section by the first snapshot that says so", async () => {
  const { clock, serve, list } = start();
  const { sections } = sampleFields();
  const stale = { sections: { ...sections, movers: { ...sections.movers, stale: true } } };
  serve(stale);
  await clock.advance(PERIOD_MS);
  expect(list()).toEqual([["section_stale:movers", iso(0)]]);
  serve({ ...stale, sequence: 2, generated_at_ms: clock.nowMs() });
  expect(list()).toEqual([["section_stale:movers", iso(0)]]);
});

it("passes on what the worker says, with its dates", () => {
  const { now, serve, reasons } = start();
  serve();
  now.ofWorker = [{ code: "exchange_paused:exchange_banned", since: iso(-5000), until: iso(600_000) }];
  expect(reasons.list()).toEqual(now.ofWorker);
});
