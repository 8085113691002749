import { expect, test } from "vitest";
import { createLogger } from "./logger.ts";
import { createOutageLog } from "./outage-log.ts";

function recorded() {
  const lines: { level: string; msg: string; outage: string }[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const log = createLogger({ level: "info", pretty: false, destination: stream });
  return { lines, outages: createOutageLog(log) };
}

test("one outage is one line when it begins and one when it ends, however many notice", () => {
  const { lines, outages } = recorded();
  outages.works("Redis");
  outages.failed("Redis", new Error("refused"));
  outages.failed("Redis", new Error("timed out"));
  outages.failed("disk", new Error("full"));
  expect(outages.isAway("Redis")).toBe(true);
  outages.works("Redis");
  outages.works("Redis");
  expect(outages.isAway("Redis")).toBe(false);
  expect(lines.map(({ outage, level }) => `${outage} ${level}`)).toEqual(["Redis warn", "disk warn", "Redis info"]);
  outages.failed("Redis", new Error("refused again"));
  expect(lines).toHaveLength(4);
});
