import { expect, it } from "vitest";
import type { HeldResources } from "../contracts.mts";
import { describeHeld, judgeHeld, least } from "./held.mts";
import { sentences } from "./testing/by-hand.mts";

const BEFORE: HeldResources = { heapUsedBytes: 30_000_000, rssBytes: 100_000_000, sockets: 9, timers: 6 };

const after = (more: Partial<HeldResources>) => [
  { process: "worker" as const, before: BEFORE, after: { ...BEFORE, ...more } },
];

it("finds nothing where a process holds what it held, or less", () => {
  expect(judgeHeld(after({ sockets: 2, timers: 6 }))).toEqual([]);
  expect(describeHeld(after({ sockets: 2 }))).toEqual([
    "I8: worker: heapUsedBytes 30.0 MB -> 30.0 MB, rssBytes 100.0 MB -> 100.0 MB, sockets 9 -> 2, timers 6 -> 6",
  ]);
});

it.each<[keyof HeldResources, number]>([
  ["heapUsedBytes", 60_000_000],
  ["rssBytes", 200_000_000],
  ["sockets", 30],
  ["timers", 30],
])("finds more %s than before", (name, much) => {
  expect(sentences(judgeHeld(after({ [name]: much })))).toEqual([
    `I8: worker: ${name} ${much}, and ${BEFORE[name]} before`,
  ]);
});

it("compares the least of several looks", () => {
  expect(least([BEFORE, { ...BEFORE, sockets: 3 }, { ...BEFORE, timers: 1 }])).toEqual({
    ...BEFORE,
    sockets: 3,
    timers: 1,
  });
});
