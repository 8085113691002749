import { expect, it } from "vitest";
import { describeLog, judgeLog, openOutages } from "./log-lines.mts";
import type { LogLine } from "./observations.mts";
import { line, seenByHand, sentences, timelineOf } from "./testing/by-hand.mts";

const FAULT = timelineOf([{ beganMs: 6_000, endedMs: 10_000 }]);

const says = (level: string, fields: object, atMs: number, pid = 2): LogLine =>
  line({ process: pid === 1 ? "worker" : "server", pid, level, msg: "it says so", fields: { ...fields } }, atMs);

const during =
  (...reasons: readonly string[]) =>
  (atMs: number) =>
    atMs > 6_500 && atMs < 10_500 ? reasons : [];

function seen(degraded: (atMs: number) => readonly string[], ...lines: readonly LogLine[]) {
  return seenByHand({ degraded, more: { lines } });
}

function found(degraded: (atMs: number) => readonly string[], ...lines: readonly LogLine[]): readonly string[] {
  return sentences(judgeLog(seen(degraded, ...lines), FAULT));
}

it("finds nothing where each reason has one line when it begins and one when it ends", () => {
  const lines = [
    says("warn", { degraded: "snapshot_stale" }, 6_700),
    says("warn", { outage: "redis" }, 6_300),
    says("info", { outage: "redis" }, 10_400),
    says("info", { degraded: "snapshot_stale" }, 10_700),
  ];
  expect(found(during("snapshot_stale", "store_away:redis"), ...lines)).toEqual([]);
  expect(describeLog(seen(() => [], ...lines))).toBe("I9: 2 warnings and errors in the log");
});

it.each([
  ["snapshot_stale", { outage: "redis" }],
  ["worker_silent", { degraded: "snapshot_stale" }],
  ["section_stale:scores", { degraded: "section_stale:movers" }],
  ["store_away:redis", { outage: "disk" }],
  ["store_unwritable:disk", { store: "redis" }],
  ["exchange_frozen", { code: "exchange_lagging" }],
  ["exchange_paused:exchange_banned", { code: "exchange_timeout" }],
  ["refresh_failing:not_published", { err: { code: "exchange_timeout" } }],
])("finds that %s is not in the log", (reason, other) => {
  const lines = [says("warn", other, 6_700), says("info", other, 10_700)];
  expect(found(during(reason), ...lines)).toEqual([expect.stringContaining(`/readyz said ${reason} from`)]);
});

it.each([
  ["queue_silent", { outage: "refresh queue", err: { code: "queue_failed" } }],
  ["exchange_paused:exchange_banned", { code: "exchange_banned" }],
  ["refresh_failing:not_published", { err: { code: "not_published" } }],
])("finds the worker's line for %s", (reason, fields) => {
  const lines = [says("warn", fields, 6_700, 1), says("info", fields, 10_700, 1)];
  expect(found(during(reason), ...lines)).toEqual([]);
});

it("takes the line of an outage that lasts, however long ago it began", () => {
  expect(
    found(
      during("store_away:redis"),
      says("warn", { outage: "redis" }, 1_500),
      says("info", { outage: "redis" }, 10_600),
    ),
  ).toEqual([]);
});

it("does not take a line of another time for it", () => {
  const lines = [says("warn", { outage: "redis" }, 1_500), says("info", { outage: "redis" }, 2_000)];
  expect(found(during("store_away:redis"), ...lines)).toHaveLength(1);
});

it.each([
  ["comes as soon as a disk that held it lets go", ["disk:log"], 2, []],
  ["was lost with its process while a disk held it", ["disk:log"], 3, []],
  ["comes late without such a disk", ["disk:data"], 2, ["store_away:redis"]],
] as const)("a line that %s", (_, occupies, pid, unnamed) => {
  const timeline = timelineOf([{ beganMs: 6_000, endedMs: 14_000, occupies }]);
  const lines = pid === 2 ? [says("warn", { outage: "redis" }, 14_100), says("info", { outage: "redis" }, 14_100)] : [];
  const processes = [
    { atMs: 0, process: "server" as const, pid: 2 },
    ...(pid === 2 ? [] : [{ atMs: 9_000, process: "server" as const, pid }]),
  ];
  const observed = seenByHand({ degraded: during("store_away:redis"), more: { lines, processes } });
  expect(sentences(judgeLog(observed, timeline))).toEqual(unnamed.map((reason) => expect.stringContaining(reason)));
});

it("finds an outage that is not said to be over, unless its process is gone", () => {
  const lines = [says("warn", { outage: "redis" }, 6_700)];
  expect(found(() => [], ...lines)).toEqual(["I9: the log has not said that these are over: server: redis"]);
  const restarted = seenByHand({
    more: {
      lines,
      processes: [
        { atMs: 0, process: "server", pid: 2 },
        { atMs: 9_000, process: "server", pid: 3 },
      ],
    },
  });
  expect(openOutages(restarted)).toEqual([]);
});

it("finds an outage that is said again and again", () => {
  const lines = Array.from({ length: 6 }, (_, index) => [
    says("warn", { outage: "redis" }, 6_300 + 600 * index),
    says("info", { outage: "redis" }, 6_400 + 600 * index),
  ]).flat();
  expect(found(() => [], ...lines)).toEqual(["I9: 6 warnings of process 2 (server): redis, where 3 would do"]);
});

it("finds a flood", () => {
  const lines = Array.from({ length: 200 }, (_, index) => says("warn", { code: "exchange_timeout" }, 6_000 + index, 1));
  expect(found(() => [], ...lines)).toEqual([expect.stringContaining("200 warnings and errors in the log")]);
});
