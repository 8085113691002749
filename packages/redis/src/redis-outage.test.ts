import { createOutageLog, RUNTIME_DURATIONS } from "@pulseboard/runtime";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { expect, test } from "vitest";
import { REDIS_DURATIONS } from "./durations.ts";
import { RedisError, type RedisErrorKind } from "./redis-error.ts";
import { createRedisOutage } from "./redis-outage.ts";

const errorOf = (kind: RedisErrorKind): RedisError => new RedisError(kind, "127.0.0.1:6379", "");

/** An outage whose probes meet `state.problem`. */
function watched() {
  const { log, lines } = createRecordedLog();
  const clock = createFakeClock();
  const state: { problem: RedisError | null; probes: number } = { problem: null, probes: 0 };
  const outage = createRedisOutage({
    outages: createOutageLog(log, clock, RUNTIME_DURATIONS),
    clock,
    durations: REDIS_DURATIONS,
    probe: async () => {
      state.probes += 1;
      return state.problem;
    },
  });
  const levels = () => lines.map(({ level }) => level);
  return { clock, state, outage, lines, levels };
}

test("begins with the first failure and ends when a probe finds everything well, however many notice", async () => {
  const { clock, state, outage, lines, levels } = watched();
  state.problem = errorOf("unreachable");
  for (let connection = 0; connection < 5; connection++) {
    outage.failed(errorOf("unreachable"));
  }
  await clock.advance(10_000);
  outage.failed(errorOf("timeout"));
  expect(levels()).toEqual(["warn"]);
  expect(lines[0]).toMatchObject({ outage: "redis", err: { code: "store_unreachable" } });
  state.problem = null;
  await clock.advance(2000);
  expect(levels()).toEqual(["warn", "info"]);
  expect(clock.sleeping(), "nothing is probed without an outage").toBe(0);
});

test("a connection that failed and is well at once is one line each way", async () => {
  const { clock, outage, levels } = watched();
  outage.failed(errorOf("unreachable"));
  await clock.advance(1000);
  expect(levels()).toEqual(["warn", "info"]);
});

test("a refusal that probes meet too ends with them", async () => {
  const { clock, state, outage, levels } = watched();
  state.problem = errorOf("read_only");
  outage.failed(errorOf("read_only"));
  await clock.advance(5000);
  outage.failed(errorOf("read_only"));
  state.problem = null;
  await clock.advance(2000);
  expect(levels()).toEqual(["warn", "info"]);
});

test("a command that was under way at the end of an outage does not begin another one", async () => {
  const { clock, state, outage, levels } = watched();
  state.problem = errorOf("read_only");
  outage.failed(errorOf("read_only"));
  await clock.advance(2000);
  state.problem = null;
  await clock.advance(800);
  outage.failed(errorOf("read_only"));
  await clock.advance(900);
  expect(levels()).toEqual(["warn"]);
  await clock.advance(1000);
  expect(levels()).toEqual(["warn", "info"]);
});

test("a refusal that probes never meet ends when nothing was refused for a minute", async () => {
  const { clock, outage, levels } = watched();
  for (let refresh = 0; refresh < 20; refresh++) {
    outage.failed(errorOf("denied"));
    await clock.advance(30_000);
  }
  expect(levels()).toEqual(["warn"]);
  await clock.advance(61_000);
  expect(levels()).toEqual(["warn", "info"]);
});

test("damaged documents are no outage, and after the end nothing is logged", async () => {
  const { clock, state, outage, lines } = watched();
  outage.failed(errorOf("wrong_type"));
  outage.close();
  outage.failed(errorOf("unreachable"));
  await clock.advance(1000);
  expect(lines).toEqual([]);
  expect(state.probes).toBe(0);
});
