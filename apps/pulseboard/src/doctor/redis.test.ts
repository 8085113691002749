import { PulseboardError } from "@pulseboard/runtime";
import { expect, it } from "vitest";
import { judgeNoAnswer, judgeVersion } from "./redis.ts";

const AT = "127.0.0.1:6379";

it.each([
  ['Redis at 127.0.0.1:6379 cannot be reached: Unknown RESP type 72 "H". Please report this', true],
  ["Redis at 127.0.0.1:6379 cannot be reached: Reached the max retries per request limit (which is 0)", true],
  ["Redis at 127.0.0.1:6379 cannot be reached: write EPIPE", true],
  ["Redis at 127.0.0.1:6379 cannot be reached: connect ECONNREFUSED 127.0.0.1:6379", false],
  ["Redis at 127.0.0.1:6379 did not answer in time: Command timed out", false],
])("a port that says %j: has another program = %s", (message, isOther) => {
  const error = new PulseboardError(message, { code: "bad_redis_url", retryable: true, hint: "Start it." });
  const { verdict, seen, cure } = judgeNoAnswer(error, AT);
  expect(verdict).toBe("failed");
  expect(seen === message).toBe(!isOther);
  expect(cure).toMatch(isOther ? /^Check REDIS_URL: another program may have this port/ : /^Start it\.$/);
});

it.each([
  ["4.0.9", "failed"],
  ["3.2.12", "failed"],
  ["5.0.14", "ok"],
  ["7.0.15", "ok"],
  ["10.0.0", "ok"],
  ["unknown", "ok"],
])("a Redis of version %s is %s", (version, verdict) => {
  expect(judgeVersion(version, AT)).toMatchObject({ verdict, seen: `version ${version} at ${AT}` });
});
