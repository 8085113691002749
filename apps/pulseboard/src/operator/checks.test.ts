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

  it.each([
    ["a code within a code", "\u001b\u001b[2J[2J", "[2J"],
    ["a code without an end, which would take all that follows", "\u001bXtext\u001b_text", "Xtext_text"],
    ["a code of eight bits", "\u009f0;title", "0;title"],
    ["steps back, and a bell", "failed\b\b\b\b\b\bok\u0007", "failedok"],
    ["the other direction of writing", "\u202eko", "ko"],
    ["a line of another kind", "a\u2028ok everything", "a ok everything"],
  ])("send nothing of %s to the terminal", (_, seen, shown) => {
    const hostile = [section({ ...check("failed"), seen })];
    expect(formatChecks(hostile, "plain").split("\n")[0]).toBe(`failed  redis: policy: ${shown}`);
    const json = formatChecks(hostile, "json");
    expect(json).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(JSON.parse(json).sections[0].checks[0].seen).toBe(seen);
  });

  it("are plain in a test, which has no terminal, and JSON where it is asked for", () => {
    expect(checkFormat({})).toBe("plain");
    expect(checkFormat({ json: true })).toBe("json");
  });
});
