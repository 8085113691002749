import { expect, it } from "vitest";
import type { LogLine } from "./observations.mts";
import { describeRuns, judgeRuns } from "./one-run.mts";
import { line, seenByHand, sentences, timelineOf } from "./testing/by-hand.mts";

function begins(atMs: number, pid = 1, underWay = 1): LogLine {
  return line({ process: "worker", pid, level: "debug", msg: "A refresh begins", fields: { underWay } }, atMs);
}

function ends(atMs: number, pid = 1): LogLine {
  return line({ process: "worker", pid, level: "debug", msg: "A refresh has ended", fields: {} }, atMs);
}

function says(atMs: number, pid: number): LogLine {
  return line({ process: "worker", pid, level: "info", msg: "Metrics", fields: {} }, atMs);
}

const seen = (...lines: readonly LogLine[]) => seenByHand({ more: { lines } });

it("finds nothing where one refresh follows the other", () => {
  const orderly = seen(begins(1_000), ends(2_000), begins(2_000), ends(3_000));
  expect(judgeRuns(orderly, timelineOf())).toEqual([]);
  expect(describeRuns(orderly)).toBe("I7: 2 refreshes, one at a time");
});

it("finds a second refresh within a process, also while one that was given up still works", () => {
  const found = judgeRuns(seen(begins(1_000), begins(2_000, 1, 2), ends(3_000), ends(3_100)), timelineOf());
  expect(sentences(found)).toEqual(["I7: 2 refreshes at a time in process 1, 1000 ms after the first line"]);
});

it("finds two processes that refresh at a time", () => {
  const found = judgeRuns(seen(begins(1_000), begins(2_000, 2), ends(2_500, 2), ends(3_000)), timelineOf());
  expect(sentences(found)).toEqual([
    "I7: processes 1 and 2 refresh at a time for 500 ms, 1000 ms after the first line",
  ]);
});

it("lets a refresh whose process was killed last as long as that said anything", () => {
  expect(judgeRuns(seen(begins(1_000), says(1_500, 1), begins(4_000, 2), ends(5_000, 2)), timelineOf())).toEqual([]);
  const alive = seen(begins(1_000), begins(4_000, 2), says(4_600, 1), ends(5_000, 2));
  expect(judgeRuns(alive, timelineOf())).toHaveLength(1);
});

it("gives a worker that was stopped time to learn that its run was given away, and no more", () => {
  const stopped = timelineOf([{ occupies: ["process:worker"], beganMs: 1_500, endedMs: 6_000 }]);
  const other = [begins(4_000, 2), ends(20_000, 2)];
  expect(judgeRuns(seen(begins(1_000), ...other, ends(7_000)), stopped)).toEqual([]);
  expect(judgeRuns(seen(begins(1_000), ...other, ends(12_000)), stopped)).toHaveLength(1);
});
