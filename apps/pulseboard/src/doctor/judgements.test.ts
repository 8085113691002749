import { hostname } from "node:os";
import { type ExchangeProbe, requestsPerSymbol } from "@pulseboard/exchange";
import { loadConfig } from "@pulseboard/runtime";
import type { WorkerStatus } from "@pulseboard/snapshot";
import { describe, expect, it } from "vitest";
import type { Check } from "../operator/checks.ts";
import { judgeBudget } from "./budget.ts";
import { judgeExchange, pauseOf } from "./exchange.ts";
import { judgeQueue } from "./queue.ts";
import type { Stored } from "./stored.ts";
import { judgeWorker } from "./worker.ts";

const NOW_MS = Date.parse("2026-11-30T12:00:00Z");
const iso = (beforeMs: number): string => new Date(NOW_MS - beforeMs).toISOString();
const wrongOf = (checks: readonly Check[]): readonly string[] =>
  checks.flatMap(({ name, verdict }) => (verdict === "ok" ? [] : [`${verdict}: ${name}`]));

describe("The exchange", () => {
  const WELL: ExchangeProbe = { error: null, aheadMs: 40, dnsMs: 5, tcpMs: 80, tlsMs: 160, firstByteMs: 90 };

  it.each<[string, Partial<ExchangeProbe>, readonly string[]]>([
    ["all is well", {}, []],
    ["the resolver is slow", { dnsMs: 4_000 }, ["warning: speed"]],
    ["TLS is slow", { tlsMs: 2_500 }, ["warning: speed"]],
    ["the clock is 5 s behind", { aheadMs: 5_000 }, ["warning: clock"]],
    ["the clock is an hour ahead", { aheadMs: -3_600_000 }, ["failed: clock"]],
  ])("when %s", (_when, changes, wrong) => {
    expect(wrongOf(judgeExchange({ ...WELL, ...changes }, loadConfig({})))).toEqual(wrong);
  });

  it("tells DNS, TLS and the first byte apart", () => {
    const [, speed] = judgeExchange(WELL, loadConfig({}));
    expect(speed?.seen).toBe("DNS 5 ms, TCP 80 ms, TLS 160 ms, first byte 90 ms");
  });
});

describe("The budget", () => {
  it.each([
    ["50", "0.5", []],
    ["500", "0.5", []],
    ["600", "0.5", ["warning: requests"]],
    ["500", "0.2", ["failed: requests"]],
  ])("of %s symbols with a share of %s", (SYMBOL_COUNT, REQUEST_BUDGET_SHARE, wrong) => {
    const config = loadConfig({ SYMBOL_COUNT, REQUEST_BUDGET_SHARE });
    expect(wrongOf(judgeBudget({ config, periodMs: 30_000 }))).toEqual(wrong);
  });

  it("says how many symbols fit, and that many do", () => {
    const [check] = judgeBudget({
      config: loadConfig({ SYMBOL_COUNT: "600", REQUEST_BUDGET_SHARE: "0.1" }),
      periodMs: 30_000,
    });
    const [, largest = ""] = /up to (\d+) symbols fit/.exec(check?.seen ?? "") ?? [];
    const fitting = loadConfig({ SYMBOL_COUNT: largest, REQUEST_BUDGET_SHARE: "0.1" });
    expect(wrongOf(judgeBudget({ config: fitting, periodMs: 30_000 }))).toEqual([]);
    const whole = judgeBudget({ config: loadConfig({ REQUEST_BUDGET_SHARE: "1" }), periodMs: 30_000 });
    expect(whole[0]?.seen).toContain("up to 600 symbols fit");
    expect(requestsPerSymbol(30_000).average).toBeCloseTo(2.611, 2);
  });
});

describe("The queue", () => {
  const EMPTY = {
    waiting: 0,
    active: 0,
    delayed: 0,
    failed: 0,
    isPaused: false,
    oldestWaitingMs: null,
    workers: ["a:1"],
  };
  it.each([
    ["nothing waits", {}, []],
    ["a run has waited for ten minutes", { waiting: 1, oldestWaitingMs: NOW_MS - 600_000 }, ["failed: queue"]],
    ["somebody has paused it", { isPaused: true }, ["failed: queue"]],
    ["two workers run it", { workers: ["a:1", "b:2"] }, ["warning: workers of the queue"]],
  ])("when %s", (_when, changes, wrong) => {
    expect(wrongOf(judgeQueue({ ...EMPTY, ...changes }, 30_000, NOW_MS))).toEqual(wrong);
  });
});

describe("The worker", () => {
  const STATUS: WorkerStatus = {
    format: 1,
    written_at: iso(10_000),
    version: "0.1.0+abc1234",
    origin: "bybit",
    pid: 4711,
    host: hostname(),
    data_dir: "/srv/data",
    started_at: iso(3_600_000),
    period_ms: 30_000,
    reasons: [],
    last_attempt_at: iso(10_000),
    last_success_at: iso(10_000),
    last_failure: null,
    exchange_pauses: [],
  };
  const at = (store: string, status: WorkerStatus | null): Stored => ({
    store,
    status,
    snapshot: null,
    bytes: 0,
    problem: null,
  });
  const judge = (stored: readonly Stored[]): readonly Check[] =>
    judgeWorker(stored, {
      build: { version: "0.1.0", commit: "abc1234" },
      dataDir: "/srv/data",
      nowMs: NOW_MS,
      isSaid: (code) => code === "queue_silent",
    });

  it.each<[string, Partial<WorkerStatus>, readonly string[]]>([
    ["all is well", {}, []],
    ["it is silent", { written_at: iso(100_000) }, ["failed: word"]],
    ["it runs another version", { version: "0.0.9+abc1234" }, ["failed: version"]],
    [
      "refreshes fail",
      { reasons: [{ code: "refresh_failing:exchange_timeout", since: iso(60_000), until: null }] },
      ["failed: refresh_failing:exchange_timeout"],
    ],
    ["another section has said it", { reasons: [{ code: "queue_silent", since: iso(60_000), until: null }] }, []],
    ["it is on another machine", { host: "elsewhere" }, ["warning: another worker"]],
    ["it has another DATA_DIR", { data_dir: "/srv/staging/data" }, ["warning: another worker"]],
  ])("when %s", (_when, changes, wrong) => {
    expect(wrongOf(judge([at("redis", { ...STATUS, ...changes }), at("disk", null)]))).toEqual(wrong);
  });

  it("that nobody has heard of has a line", () => {
    expect(wrongOf(judge([at("redis", null), at("disk", null)]))).toEqual(["failed: word"]);
  });

  it("is named with the other one when Redis has another's word than our disk, and both live", () => {
    const other = { ...STATUS, pid: 99, data_dir: "/srv/staging/data" };
    const check = judge([at("redis", other), at("disk", STATUS)]).find(({ name }) => name === "another worker");
    expect(check?.seen).toContain("process 99");
    expect(check?.seen).toContain("/srv/staging/data");
    expect(check?.seen).toContain("process 4711");
  });

  it("is ours when it writes to our disk from another container", () => {
    const beside = { ...STATUS, host: "elsewhere" };
    expect(wrongOf(judge([at("redis", beside), at("disk", beside)]))).toEqual([]);
    expect(wrongOf(judge([at("redis", { ...beside, pid: 99 }), at("disk", beside)]))).toEqual([
      "warning: another worker",
    ]);
  });

  it("is not two for having been restarted: what the one before wrote is old", () => {
    const before = { ...STATUS, pid: 99, written_at: iso(200_000) };
    expect(wrongOf(judge([at("redis", STATUS), at("disk", before)]))).toEqual([]);
  });

  it("says which pause lasts longest, and none that is over", () => {
    const pause = (code: string, untilMs: number) => ({ scope: "*", code, until: iso(-untilMs) });
    const pauses = [pause("exchange_timeout", 5_000), pause("exchange_banned", 60_000), pause("unknown", -5_000)];
    expect(pauseOf({ ...STATUS, exchange_pauses: pauses }, NOW_MS)?.code).toBe("exchange_banned");
    expect(pauseOf({ ...STATUS, exchange_pauses: [pause("exchange_banned", -1)] }, NOW_MS)).toBeNull();
  });
});
