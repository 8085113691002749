import { expect, it } from "vitest";
import type { Check } from "../operator/checks.ts";
import { createChangeFinder } from "./changes.ts";

const check = (name: string, verdict: Check["verdict"], seen: string): Check => ({ name, verdict, seen });

/** What is told of a row of samples, each with one check. */
function told(...checks: readonly Check[]): readonly string[] {
  const changesIn = createChangeFinder();
  return checks.flatMap((each, index) =>
    changesIn({ atMs: index, checks: [each] }).map(
      ({ atMs, check: now, was }) => `${atMs} ${now.verdict} ${now.seen}, was ${was}`,
    ),
  );
}

it("tells of the first sample what is not well, and the facts", () => {
  expect(told(check("breadth", "ok", "300 advancing"))).toEqual([]);
  expect(told(check("breadth", "failed", "3 advancing"))).toEqual(["0 failed 3 advancing, was null"]);
  expect(told(check("version", "ok", "0.1.0+abc1234"))).toEqual(["0 ok 0.1.0+abc1234, was null"]);
});

it("tells when something turns bad, and when it turns good again", () => {
  const good = check("timestamp", "ok", "4 s old");
  const bad = check("timestamp", "failed", "95 s old");
  expect(told(good, { ...good, seen: "9 s old" }, bad, { ...bad, seen: "100 s old" }, good)).toEqual([
    "2 failed 95 s old, was 9 s old",
    "4 ok 4 s old, was 100 s old",
  ]);
});

it("tells when another thing is wrong, or another version answers", () => {
  expect(told(check("answers", "failed", "500"), check("answers", "failed", "503"))).toHaveLength(2);
  expect(told(check("version", "ok", "0.1.0+a"), check("version", "ok", "0.1.0+b"))).toHaveLength(2);
});

it("is silent about what cannot be looked at, and compares it when it can be again", () => {
  const origin = check("origin", "ok", "bybit");
  const unknown = check("origin", "unknown", "there is no snapshot");
  expect(told(origin, unknown, origin)).toHaveLength(1);
  expect(told(origin, unknown, { ...origin, seen: "simulator" })).toEqual([
    "0 ok bybit, was null",
    "2 ok simulator, was bybit",
  ]);
});
