import { expect, it } from "vitest";
import type { HeldResources } from "../contracts.mts";
import { type Connections, describeHeld, type HeldComparison, judgeHeld, least } from "./held.mts";
import { sentences } from "./testing/by-hand.mts";

const BEFORE: HeldResources = { heapUsedBytes: 30_000_000, rssBytes: 100_000_000, sockets: 9, timers: 6 };
const LINKS: Connections = {
  "worker-redis": 3,
  "server-redis": 2,
  "worker-memcached": 1,
  "server-memcached": 1,
  "worker-exchange": 20,
};

function after(
  process: "worker" | "server",
  more: Partial<HeldResources>,
  links: Partial<Connections> = {},
): HeldComparison {
  return {
    processes: [{ process, before: BEFORE, after: { ...BEFORE, ...more } }],
    links: { before: LINKS, after: { ...LINKS, ...links } },
  };
}

it("finds nothing where a process holds what it held, or less", () => {
  const compared = after("server", { sockets: 2 }, { "worker-exchange": 30 });
  expect(judgeHeld(compared)).toEqual([]);
  expect(describeHeld(compared)).toEqual([
    "I8: server: heapUsedBytes 30.0 MB -> 30.0 MB, rssBytes 100.0 MB -> 100.0 MB, sockets 9 -> 2, timers 6 -> 6",
    "I8: connections: worker-redis 3 -> 3, server-redis 2 -> 2, worker-memcached 1 -> 1, server-memcached 1 -> 1, worker-exchange 20 -> 30",
  ]);
});

it.each<[keyof HeldResources, number]>([
  ["heapUsedBytes", 60_000_000],
  ["rssBytes", 200_000_000],
  ["sockets", 30],
  ["timers", 30],
])("finds more %s than before", (name, much) => {
  expect(sentences(judgeHeld(after("server", { [name]: much })))).toEqual([
    `I8: server: ${name} ${much}, and ${BEFORE[name]} before`,
  ]);
});

it("allows the worker its pool of connections to the exchange, and no more", () => {
  expect(judgeHeld(after("worker", { sockets: 55 }))).toEqual([]);
  expect(judgeHeld(after("worker", { sockets: 70 }))).toHaveLength(1);
});

it.each<[keyof Connections, number]>([
  ["worker-redis", 7],
  ["server-redis", 6],
  ["worker-memcached", 5],
  ["server-memcached", 5],
  ["worker-exchange", 60],
])("finds connections over %s that are left", (link, many) => {
  expect(sentences(judgeHeld(after("server", {}, { [link]: many })))).toEqual([
    `I8: ${link}: ${many} connections, and ${LINKS[link]} before`,
  ]);
});

it("compares the least of several looks", () => {
  expect(least([BEFORE, { ...BEFORE, sockets: 3 }, { ...BEFORE, timers: 1 }])).toEqual({
    ...BEFORE,
    sockets: 3,
    timers: 1,
  });
});
