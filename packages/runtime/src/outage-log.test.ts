import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { expect, test } from "vitest";
import { RUNTIME_DURATIONS } from "./durations.ts";
import { PulseboardError } from "./errors.ts";
import { createLogger } from "./logger.ts";
import { createOutageLog } from "./outage-log.ts";

function recorded() {
  const lines: { level: string; msg: string; outage: string }[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const log = createLogger({ level: "info", pretty: false, destination: stream });
  const clock = createFakeClock();
  return { lines, clock, outages: createOutageLog(log, clock, RUNTIME_DURATIONS) };
}

test("one outage is one line when it begins and one when it ends, however many notice", async () => {
  const { lines, clock, outages } = recorded();
  outages.works("redis");
  outages.failed("redis", new Error("refused"));
  outages.failed("redis", new Error("timed out"));
  outages.failed("disk", new Error("full"));
  expect(outages.isUnavailable("redis")).toBe(true);
  outages.works("redis");
  outages.works("redis");
  expect(outages.isUnavailable("redis")).toBe(false);
  expect(lines.map(({ outage, level }) => `${outage} ${level}`)).toEqual(["redis warn", "disk warn", "redis info"]);
  expect(lines[0]?.msg).toMatch(/^Redis is unavailable/);
  await clock.advance(60_000);
  outages.failed("redis", new Error("refused again"));
  outages.works("redis");
  expect(lines).toHaveLength(5);
});

test.each(["store_closed", "queue_closed"] as const)("%s is no outage: the process itself has closed it", (code) => {
  const { lines, outages } = recorded();
  outages.failed("redis", new PulseboardError("no longer used", { code, retryable: false }));
  expect([outages.isUnavailable("redis"), lines]).toEqual([false, []]);
});

test("something that fails and works every second for an hour makes few lines, and its end is logged once it lasts", async () => {
  const { lines, clock, outages } = recorded();
  for (let second = 0; second < 3600; second++) {
    outages.failed("redis", new Error("refused"));
    await clock.advance(500);
    outages.works("redis");
    await clock.advance(500);
  }
  expect(lines.length).toBeLessThan(8);
  expect(outages.isUnavailable("redis")).toBe(true);
  await clock.advance(60_000);
  outages.works("redis");
  expect(lines.at(-1)).toMatchObject({ level: "info", msg: "Redis is available again" });
});
