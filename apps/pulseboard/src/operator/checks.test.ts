import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { type Check, type CheckSection, exitCodeOf, OPERATOR_EXIT, type Verdict } from "./checks.ts";
import { checkFormat, formatChecks } from "./print-checks.ts";

const check = (verdict: Verdict): Check => ({ name: "policy", verdict, seen: "allkeys-lru" });
const section = (...checks: readonly Check[]): CheckSection => ({ title: "redis", checks });

describe("the exit code", () => {
  it.each<{ verdicts: Verdict[]; code: number }>([
    { verdicts: [], code: 0 },
    { verdicts: ["ok"], code: 0 },
    { verdicts: ["ok", "warning"], code: 0 },
    { verdicts: ["warning", "unknown"], code: 3 },
    { verdicts: ["unknown", "failed", "ok"], code: 1 },
  ])("of $verdicts is $code", ({ verdicts, code }) => {
    expect(exitCodeOf(verdicts.map((verdict) => section(check(verdict))))).toBe(code);
  });

  it("of a wrong call is its own", () => {
    expect(OPERATOR_EXIT.misused).toBe(2);
  });
});

describe("the printed checks", () => {
  const failed: Check = {
    name: "eviction policy",
    verdict: "failed",
    seen: "allkeys-lru at redis://app:hunter2@db",
    expected: "noeviction",
    cure: "Set maxmemory-policy noeviction in redis.conf.",
  };

  it("are one line each where there is no terminal", () => {
    expect(formatChecks([section(check("ok"), failed)], "plain").split("\n")).toEqual([
      "ok      redis: policy: allkeys-lru",
      "failed  redis: eviction policy: allkeys-lru at redis://***@db (expected noeviction). Set maxmemory-policy noeviction in redis.conf.",
      "1 of 2 checks are ok: 1 failed",
    ]);
  });

  it("are a table on a terminal", () => {
    expect(stripVTControlCharacters(formatChecks([section(check("ok"), failed)], "table")).split("\n")).toEqual([
      "redis",
      "  ok      policy           allkeys-lru",
      "  failed  eviction policy  allkeys-lru at redis://***@db",
      "                           expected noeviction",
      "                           Set maxmemory-policy noeviction in redis.conf.",
      "",
      "1 of 2 checks are ok: 1 failed",
    ]);
  });

  it("are one JSON object with the exit code, and without credentials", () => {
    expect(JSON.parse(formatChecks([section(failed)], "json"))).toEqual({
      exit_code: 1,
      sections: [{ title: "redis", checks: [{ ...failed, seen: "allkeys-lru at redis://***@db" }] }],
    });
  });

  it("stay on their lines and send nothing to the terminal, whatever a server answered", () => {
    const hostile = { ...check("failed"), seen: "a\r\nok everything\u001b[2J" };
    const lines = formatChecks([section(hostile)], "plain").split("\n");
    expect(lines[0]).toBe("failed  redis: policy: a ok everything");
    expect(lines).toHaveLength(2);
  });

  it("are plain in a test, which has no terminal, and JSON where it is asked for", () => {
    expect(checkFormat({})).toBe("plain");
    expect(checkFormat({ json: true })).toBe("json");
  });
});
