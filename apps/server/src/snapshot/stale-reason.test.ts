import type { StaleReason } from "@pulseboard/snapshot";
import { createMemoryStore } from "@pulseboard/storage";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { expect, it } from "vitest";
import { GENERATED_AT_MS, PERIOD_MS, samplePublication } from "../testing/sample-documents.ts";
import { startTestServer } from "../testing/test-server.ts";
import type { Reason } from "./reasons.ts";
import { followStaleReason, staleReasonOf } from "./stale-reason.ts";

const SINCE = "2025-06-10T11:59:00.500Z";
const SINCE_S = Date.parse("2025-06-10T11:59:00Z") / 1000;
const reason = (code: Reason["code"], until: string | null = null): Reason => ({ code, since: SINCE, until });

/** Most telling first. */
const CAUSES = [
  "exchange_paused:exchange_banned",
  "exchange_frozen",
  "exchange_lagging",
  "refresh_failing:refresh_hung",
  "refresh_failing:exchange_timeout",
  "worker_silent",
  "queue_silent",
  "store_away:redis",
  "store_unwritable:redis",
] as const;
const NO_CAUSES = [
  "snapshot_stale",
  "section_stale:scores",
  "redis_eviction_policy:allkeys-lru",
  "store_away:memcached",
  "store_unwritable:disk",
] as const;

it.each(CAUSES.map((code, index) => [code, CAUSES.slice(index + 1)] as const))(
  "%s is told before all that is less telling",
  (code, others) => {
    const found = [...NO_CAUSES, ...others.toReversed(), code].map((each) => reason(each));
    expect(staleReasonOf(found)).toEqual({ code, since: SINCE_S, until: null });
  },
);

it("knows no reason where nothing keeps snapshots away", () => {
  expect(staleReasonOf([])).toBeNull();
  expect(staleReasonOf(NO_CAUSES.map((code) => reason(code)))).toBeNull();
});

it("of several pauses tells the one that ends last", () => {
  const [soon, late] = ["2025-06-10T12:01:00.000Z", "2025-06-10T12:10:00.000Z"] as const;
  const found = [
    reason("exchange_paused:exchange_rate_limited", soon),
    reason("exchange_paused:exchange_banned", late),
    reason("exchange_paused:exchange_timeout", soon),
  ];
  expect(staleReasonOf(found)).toEqual({
    code: "exchange_paused:exchange_banned",
    since: SINCE_S,
    until: Date.parse(late) / 1000,
  });
});

it("takes a reason for the same one where only its times were converted anew, and for another where they are others", async () => {
  const clock = createFakeClock();
  const told: (StaleReason | null)[] = [];
  let found: readonly Reason[] = [];
  const ban = (sinceMs: number, untilMs: number | null): readonly Reason[] => [
    {
      code: "exchange_paused:exchange_banned",
      since: new Date(sinceMs).toISOString(),
      until: untilMs === null ? null : new Date(untilMs).toISOString(),
    },
  ];
  const following = followStaleReason({
    reasons: () => found,
    snapshots: { explain: (given) => told.push(given) },
    durations: { pollMs: 1000 },
    clock,
  });
  const look = async (next: readonly Reason[]): Promise<void> => {
    found = next;
    await clock.advance(1000);
  };
  await look([]);
  await look(ban(10_000, 600_000));
  await look(ban(9_999, 599_999));
  await look(ban(10_001, 600_001));
  await look(ban(10_000, 630_000));
  await look(ban(10_000, null));
  await look([]);
  following.close();
  await look(ban(10_000, null));
  expect(told.map((each) => each && [each.since, each.until])).toEqual([[10, 600], [10, 630], [10, null], null]);
});

const statusOf = (atMs: number, reasons: readonly object[]): string => {
  const at = new Date(atMs).toISOString();
  return JSON.stringify({
    ...{ format: 1, written_at: at, version: "0.1.0", pid: 1, host: "vps", data_dir: "/data", started_at: at },
    ...{ period_ms: PERIOD_MS, reasons, last_attempt_at: null, last_success_at: null },
    ...{ last_failure: null, exchange_pauses: [] },
  });
};
const BAN = {
  code: "exchange_paused:exchange_banned",
  since: GENERATED_AT_MS + 1000,
  until: GENERATED_AT_MS + 600_000,
};
const FAILING = { code: "refresh_failing:exchange_timeout", since: GENERATED_AT_MS + 5 * PERIOD_MS, until: null };
const inIso = ({ code, since, until }: typeof BAN | typeof FAILING) => ({
  ...{ code, since: new Date(since).toISOString() },
  until: until === null ? null : new Date(until).toISOString(),
});
const inSeconds = ({ code, since, until }: typeof BAN | typeof FAILING) => ({
  ...{ code, since: since / 1000 },
  until: until === null ? null : until / 1000,
});

it("is in the stale answers as soon as it is known, with a tag of its own, and gone with its cause", async () => {
  const store = createMemoryStore();
  await store.publish(samplePublication());
  const { get, clock } = await startTestServer({ stores: [store] });
  const path = "/api/dashboard/mobile-data";
  const tagOf = async () => (await get(path)).headers.get("etag") ?? "";
  const said = async (from = path) => (await (await get(from)).json()) as { stale: boolean; stale_reason: unknown };
  const tell = async (atMs: number, reasons: readonly (typeof BAN | typeof FAILING)[]) => {
    await store.writeStatus?.(statusOf(GENERATED_AT_MS + atMs, reasons.map(inIso)), 10 * PERIOD_MS);
    await clock.advance(PERIOD_MS);
  };

  await tell(2000, [BAN]);
  expect(await said()).toMatchObject({ stale: false, stale_reason: null });
  const freshTag = await tagOf();

  await tell(PERIOD_MS, [BAN]);
  await tell(2 * PERIOD_MS, [BAN]);
  await expect.poll(said).toMatchObject({ stale: true, stale_reason: inSeconds(BAN) });
  const bannedTag = await tagOf();
  expect(bannedTag).not.toBe(freshTag);
  expect((await get(path, { headers: { "if-none-match": bannedTag } })).status).toBe(304);

  await tell(5 * PERIOD_MS, [FAILING]);
  await expect.poll(said).toMatchObject({ stale: true, stale_reason: inSeconds(FAILING) });
  expect((await get(path, { headers: { "if-none-match": bannedTag } })).status).toBe(200);
  expect(await said("/api/dashboard/market-movers")).toMatchObject({ stale_reason: inSeconds(FAILING) });

  await tell(6 * PERIOD_MS, []);
  await expect.poll(said).toMatchObject({ stale: true, stale_reason: null });
});
