import { createMetrics, PulseboardError } from "@pulseboard/runtime";
import { parseWorkerStatus } from "@pulseboard/snapshot";
import { createMemoryStore, type DocumentStore } from "@pulseboard/storage";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { expect, it } from "vitest";
import { createWorkerReasons, type EarlierReason } from "./worker-reasons.ts";
import { createWorkerStatus } from "./worker-status.ts";

const START_MS = Date.UTC(2026, 10, 30, 12);

function start(stores?: readonly DocumentStore[], earlier: readonly EarlierReason[] = []) {
  const clock = createFakeClock(START_MS);
  const store = createMemoryStore();
  const reasons = createWorkerReasons(clock, earlier);
  const metrics = createMetrics();
  const { log, lines } = createRecordedLog();
  const status = createWorkerStatus({
    stores: stores ?? [store],
    reasons,
    build: { version: "1.2.3", commit: "abc1234" },
    origin: "bybit",
    dataDir: "/data",
    periodMs: 30_000,
    lastSuccessMs: START_MS - 60_000,
    metrics,
    clock,
    log,
  });
  const written = async () => {
    await clock.advance(0);
    const parsed = parseWorkerStatus((await store.readStatus?.()) ?? "");
    return parsed.ok ? parsed.status : null;
  };
  /** The lines of metrics of refreshes and pauses that have a value. */
  const counted = async () =>
    (await metrics.text()).match(/^pulseboard_(refresh_last|exchange_paused).*$/gm)?.map((line) => line.slice(11));
  return { clock, store, reasons, status, written, lines, counted };
}

it("says who the worker is at the start, and how each attempt went", async () => {
  const { clock, status, written } = start();
  status.write();
  expect(await written()).toMatchObject({
    pid: process.pid,
    version: "1.2.3+abc1234",
    origin: "bybit",
    data_dir: "/data",
    period_ms: 30_000,
    started_at: "2026-11-30T12:00:00.000Z",
    reasons: [],
    last_attempt_at: null,
    last_success_at: "2026-11-30T11:59:00.000Z",
    last_failure: null,
  });
  await clock.advance(5000);
  expect(await status.attempt(async () => "done")).toBe("done");
  expect(await written()).toMatchObject({
    last_attempt_at: "2026-11-30T12:00:05.000Z",
    last_success_at: "2026-11-30T12:00:05.000Z",
  });
  await clock.advance(5000);
  const banned = new PulseboardError("Banned", { code: "exchange_banned", retryable: true });
  await expect(status.attempt(() => Promise.reject(banned))).rejects.toBe(banned);
  expect(await written()).toMatchObject({
    last_attempt_at: "2026-11-30T12:00:10.000Z",
    last_success_at: "2026-11-30T12:00:05.000Z",
    last_failure: { at: "2026-11-30T12:00:10.000Z", code: "exchange_banned", endpoint: null, until: null },
  });
});

it("says each reason with its beginning until it is over, and each pause until it ends", async () => {
  const { clock, reasons, status, written } = start();
  reasons.holds("store_unwritable:disk");
  await clock.advance(1000);
  reasons.holds("store_unwritable:disk", START_MS + 9000);
  status.paused([{ scope: "address", code: "exchange_banned", untilMs: START_MS + 2000 }]);
  expect(await written()).toMatchObject({
    reasons: [
      { code: "store_unwritable:disk", since: "2026-11-30T12:00:00.000Z", until: "2026-11-30T12:00:09.000Z" },
      { code: "exchange_paused:exchange_banned", since: "2026-11-30T12:00:01.000Z", until: "2026-11-30T12:00:02.000Z" },
    ],
    exchange_pauses: [{ scope: "address", code: "exchange_banned", until: "2026-11-30T12:00:02.000Z" }],
  });
  reasons.over("store_unwritable:disk");
  await clock.advance(1000);
  status.write();
  expect(await written()).toMatchObject({ reasons: [], exchange_pauses: [] });
});

it("neither fails nor waits for a store that does, and asks one that hangs only once", async () => {
  let asked = 0;
  const hanging: DocumentStore = {
    ...createMemoryStore(),
    writeStatus: () => {
      asked += 1;
      return new Promise(() => undefined);
    },
  };
  const broken: DocumentStore = { ...createMemoryStore(), writeStatus: () => Promise.reject(new TypeError("broken")) };
  const healthy = createMemoryStore();
  const { clock, status, lines } = start([hanging, broken, healthy]);
  for (let attempt = 0; attempt < 5; attempt++) {
    await status.attempt(async () => undefined);
    await clock.advance(1000);
  }
  expect(asked).toBe(1);
  expect(await healthy.readStatus?.()).toContain('"last_success_at":"2026-11-30T12:00:04.000Z"');
  expect(lines).toEqual([]);
});

it("merges what comes by the dozen into two writes, of which the last one says how things are in the end", async () => {
  const texts: string[] = [];
  const refusing: DocumentStore = {
    ...createMemoryStore(),
    writeStatus: async (text) => {
      texts.push(text);
      throw new TypeError("It hangs");
    },
  };
  const { clock, status } = start([refusing]);
  for (let seconds = 1; seconds <= 30; seconds++) {
    status.paused([{ scope: "*", code: "exchange_banned", untilMs: START_MS + seconds * 1000 }]);
    await clock.advance(1);
  }
  expect(texts).toHaveLength(1);
  await clock.advance(1000);
  expect(texts).toHaveLength(2);
  expect(texts.at(-1)).toContain('"until":"2026-11-30T12:00:30.000Z"');
  status.write();
  await clock.advance(1);
  status.paused([]);
  status.close();
  await clock.advance(0);
  expect(texts.at(-1), "nothing is left behind by a worker that ends").toContain('"exchange_pauses":[]');
});

const codes = (list: readonly { readonly code: string }[] | undefined) => list?.map(({ code }) => code);

it("says that refreshes fail, with the code of the last failure, until one succeeds, in one line", async () => {
  const { clock, status, written, lines } = start();
  const fail = (code: "exchange_timeout" | "exchange_frozen" | "queue_closed") =>
    status
      .attempt(() => Promise.reject(new PulseboardError("It failed", { code, retryable: true })))
      .catch(() => undefined);
  await fail("exchange_timeout");
  expect(codes((await written())?.reasons)).toEqual(["refresh_failing:exchange_timeout"]);
  await clock.advance(1000);
  await fail("exchange_frozen");
  expect(codes((await written())?.reasons)).toEqual(["refresh_failing:exchange_frozen", "exchange_frozen"]);
  await clock.advance(1000);
  await fail("queue_closed");
  expect(codes((await written())?.reasons)).toEqual(["refresh_failing:exchange_frozen", "exchange_frozen"]);
  await clock.advance(1000);
  await status.attempt(async () => undefined);
  await status.attempt(async () => undefined);
  expect(codes((await written())?.reasons)).toEqual([]);
  expect(lines).toMatchObject([
    { level: "info", msg: "Refreshes succeed again", over: ["refresh_failing:exchange_frozen", "exchange_frozen"] },
  ]);
});

it("says that the exchange lags as long as refreshes go on without what it answers", async () => {
  const { clock, status, written, lines } = start();
  const problem = { endpoint: "/v5/market/tickers", message: "It lags", hint: null, symbol: null };
  const attempt = (code: "exchange_lagging" | "exchange_timeout") =>
    status.attempt(async () => status.foundProblems([{ ...problem, code }]));
  await attempt("exchange_lagging");
  expect(codes((await written())?.reasons)).toEqual(["exchange_lagging"]);
  await clock.advance(1000);
  await attempt("exchange_timeout");
  await attempt("exchange_timeout");
  expect(codes((await written())?.reasons)).toEqual([]);
  expect(lines).toMatchObject([{ level: "info", over: ["exchange_lagging"] }]);
});

it("says until when the exchange pauses us, also of the failure that it causes, whatever the wall clock does", async () => {
  const { clock, status, written } = start();
  const untilMs = START_MS + 600_000;
  status.paused([
    { scope: "*", code: "exchange_banned", untilMs },
    { scope: "/v5/market/kline", code: "exchange_rate_limited", untilMs: START_MS + 1000 },
    { scope: "/v5/market/orderbook", code: "exchange_rate_limited", untilMs: START_MS + 2000 },
  ]);
  expect((await written())?.reasons).toMatchObject([
    { code: "exchange_paused:exchange_banned", until: "2026-11-30T12:10:00.000Z" },
    { code: "exchange_paused:exchange_rate_limited", until: "2026-11-30T12:00:02.000Z" },
  ]);
  await clock.advance(1000);
  const banned = new PulseboardError("Banned", { code: "exchange_banned", retryable: true });
  await status.attempt(() => Promise.reject(banned)).catch(() => undefined);
  expect((await written())?.last_failure).toMatchObject({ until: "2026-11-30T12:10:00.000Z" });

  await clock.advance(1000);
  clock.setNowMs(START_MS - 3_600_000);
  status.write();
  expect(await written()).toMatchObject({
    reasons: [
      { code: "exchange_paused:exchange_banned", until: "2026-11-30T11:09:58.000Z" },
      { code: "refresh_failing:exchange_banned", until: null },
    ],
    exchange_pauses: [{ until: "2026-11-30T11:09:58.000Z" }],
  });
  await clock.advance(1000);
  status.paused([]);
  expect(codes((await written())?.reasons)).toEqual(["refresh_failing:exchange_banned"]);
});

it("stays within its limit with every reason that there is", async () => {
  const { reasons, status, store, clock } = start();
  const untilMs = START_MS + 600_000;
  for (const name of ["disk", "redis", "memcached"]) {
    reasons.holds(`store_unwritable:${name}`);
  }
  reasons.holds("queue_silent");
  const endpoints = ["kline", "orderbook", "recent-trade", "open-interest", "account-ratio", "tickers"];
  status.paused([
    { scope: "*", code: "exchange_banned", untilMs },
    ...endpoints.map((name) => ({ scope: `/v5/market/${name}`, code: "exchange_rate_limited", untilMs })),
  ]);
  status.foundProblems([
    { endpoint: "/v5/market/kline", code: "exchange_lagging", message: "It lags", hint: null, symbol: "BTCUSDT" },
  ]);
  const frozen = new PulseboardError("Frozen", { code: "exchange_frozen", retryable: true });
  await status.attempt(() => Promise.reject(frozen)).catch(() => undefined);
  await clock.advance(1000);
  const text = (await store.readStatus?.()) ?? "";
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2048);
  expect(parseWorkerStatus(text)).toMatchObject({ ok: true, status: { reasons: { length: 8 } } });
});

it("speaks at each tick of a slow attempt, and leaves the word to another worker when it is idle", async () => {
  const { clock, store, status, written } = start();
  status.write();
  const attempt = status.attempt(() => clock.sleep(90_000));
  await clock.advance(60_000);
  status.tick();
  expect(await written()).toMatchObject({
    written_at: "2026-11-30T12:01:00.000Z",
    last_success_at: "2026-11-30T11:59:00.000Z",
  });
  await clock.advance(30_000);
  await attempt;
  await clock.advance(0);
  await store.writeStatus?.("another worker's", 1);
  status.tick();
  await clock.advance(0);
  expect(await store.readStatus?.()).toBe("another worker's");
});

it("says in metrics when a refresh last succeeded, here or before, and until when the exchange is not asked", async () => {
  const { clock, status, counted } = start();
  const startS = START_MS / 1000;
  expect(await counted()).toEqual([`refresh_last_success_timestamp_seconds ${startS - 60}`]);
  status.paused([
    { scope: "*", code: "exchange_banned", untilMs: START_MS + 600_000 },
    { scope: "/v5/market/kline", code: "exchange_rate_limited", untilMs: START_MS + 2000 },
  ]);
  expect(await counted()).toEqual([
    `refresh_last_success_timestamp_seconds ${startS - 60}`,
    `exchange_paused_until_seconds{scope="*",code="exchange_banned"} ${startS + 600}`,
    `exchange_paused_until_seconds{scope="/v5/market/kline",code="exchange_rate_limited"} ${startS + 2}`,
  ]);
  await clock.advance(2000);
  expect((await counted())?.join()).not.toContain("kline");
  status.paused([]);
  await status.attempt(async () => undefined);
  expect(await counted()).toEqual([`refresh_last_success_timestamp_seconds ${startS + 2}`]);
});

it("dates what the worker before had found by that one's word, until a refresh succeeds", async () => {
  const banned = "exchange_paused:exchange_banned" as const;
  const unwritable = "store_unwritable:disk" as const;
  const earlier = [
    { code: banned, sinceMs: START_MS - 120_000 },
    { code: unwritable, sinceMs: START_MS - 60_000 },
    { code: "queue_silent", sinceMs: START_MS - 30_000 },
    { code: "refresh_failing:exchange_banned", sinceMs: START_MS + 1 },
  ];
  const { reasons, status } = start([], earlier);
  const since = () => Object.fromEntries(reasons.list().map(({ code, sinceMs }) => [code, sinceMs - START_MS]));
  expect(since()).toEqual({});
  status.paused([{ scope: "*", code: "exchange_banned", untilMs: START_MS + 600_000 }]);
  const error = new PulseboardError("Banned", { code: "exchange_banned", retryable: true });
  await status.attempt(() => Promise.reject(error)).catch(() => undefined);
  // The clock was set back since the last of them: that is no beginning.
  expect(since()).toEqual({ [banned]: -120_000, "refresh_failing:exchange_banned": 0 });
  status.paused([]);
  await status.attempt(async () => reasons.holds(unwritable));
  expect(since()).toEqual({ [unwritable]: -60_000 });
  reasons.over(unwritable);
  reasons.holds(unwritable);
  // Not found until a refresh had succeeded: it was over.
  reasons.holds("queue_silent");
  status.paused([{ scope: "*", code: "exchange_banned", untilMs: START_MS + 600_000 }]);
  expect(since()).toEqual({ [unwritable]: 0, queue_silent: 0, [banned]: 0 });
});

it("begins a pause anew that follows on one that has ended, whether anybody looked in between or not", async () => {
  const { clock, reasons } = start();
  const code = "exchange_paused:exchange_banned";
  reasons.holds(code, START_MS + 10_000);
  await clock.advance(5000);
  reasons.holds(code, START_MS + 20_000);
  expect(reasons.list()).toMatchObject([{ sinceMs: START_MS, untilMs: START_MS + 20_000 }]);
  await clock.advance(15_000);
  reasons.holds(code, START_MS + 30_000);
  expect(reasons.list()).toMatchObject([{ sinceMs: START_MS + 20_000 }]);
});
