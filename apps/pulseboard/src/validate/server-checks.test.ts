import { describe, expect, it } from "vitest";
import type { Answer, NoAnswer } from "../operator/http-client.ts";
import { DESCRIPTION_PATH, HEALTH_PATH, MARKET_PATH, READINESS_PATH } from "./routes-look.ts";
import { answersCheck, descriptionCheck, promptCheck, versionCheck } from "./server-checks.ts";

const answer = (body: unknown, status = 200, tookMs = 5): Answer => ({ status, headers: {}, body, text: "", tookMs });
const NONE: NoAnswer = { status: null, reason: "no answer within 5 s", wasConnected: true, tookMs: 5_000 };
const SUCCESS = answer({ status: "success" });
const NO_SNAPSHOT = answer({ status: "error", error: "no_snapshot" });

const checked = (...answers: readonly (readonly [string, Answer | NoAnswer])[]) => answersCheck(new Map(answers));

describe("the routes", () => {
  it("all answer", () => {
    expect(checked([MARKET_PATH, SUCCESS], [HEALTH_PATH, answer({ status: "ok" })])).toMatchObject({ verdict: "ok" });
  });

  it("are named when they do not, a few of them", () => {
    const failing = ["/a", "/b", "/c", "/d"].map((path) => [path, answer({}, 500)] as const);
    expect(checked([MARKET_PATH, NONE], ...failing)).toMatchObject({
      verdict: "failed",
      seen: `${MARKET_PATH}: no answer within 5 s; /a: 500; /b: 500; and 2 more`,
    });
  });

  it("may not differ on whether there is a snapshot", () => {
    expect(checked([MARKET_PATH, SUCCESS], ["/a", NO_SNAPSHOT])).toMatchObject({ seen: "/a: error no_snapshot" });
    // Of a worker of an older version there is none.
    const warming = answer({ status: "error", error: "history_warming" });
    expect(checked([MARKET_PATH, SUCCESS], ["/api/days", warming])).toMatchObject({ verdict: "ok" });
    // That is told by the check of the snapshot.
    const notReady = answer({ status: "not_ready" }, 503);
    expect(checked([MARKET_PATH, NO_SNAPSHOT], ["/a", NO_SNAPSHOT], [READINESS_PATH, notReady])).toMatchObject({
      verdict: "ok",
    });
    expect(checked([MARKET_PATH, SUCCESS], [READINESS_PATH, notReady])).toMatchObject({ verdict: "failed" });
  });
});

describe("their time", () => {
  it("is too long above the limit", () => {
    const slow = (tookMs: number) => promptCheck(new Map([["/a", answer({}, 200, tookMs)]]), 2_000);
    expect(slow(2_000)).toMatchObject({ verdict: "ok" });
    expect(slow(2_001)).toMatchObject({ verdict: "failed", seen: "/a in 2001 ms" });
  });

  it("cannot be known of what was not answered", () => {
    expect(promptCheck(new Map([["/a", NONE]]), 2_000)).toMatchObject({ verdict: "unknown" });
  });
});

it("a description that was not answered is told by the routes", () => {
  const look = { market: {}, routes: [], descriptionProblem: "it is no JSON" };
  const answers = (status: number) => new Map([[DESCRIPTION_PATH, answer(undefined, status)]]);
  expect(descriptionCheck({ ...look, answers: answers(404) })).toMatchObject({ verdict: "unknown" });
  expect(descriptionCheck({ ...look, answers: answers(200) })).toMatchObject({
    verdict: "failed",
    seen: "it is no JSON",
  });
});

it.each<[string | null, string]>([
  [null, "ok"],
  ["0.1.0", "ok"],
  ["0.1.0+abc1234", "ok"],
  ["0.1.0+fff0000", "failed"],
  ["0.1", "failed"],
])("0.1.0+abc1234, where %s is expected: %s", (version, verdict) => {
  const health = answer({ status: "ok", version: "0.1.0", commit: "abc1234" });
  expect(versionCheck(health, { version, origin: null, allowed: new Set() }).verdict).toBe(verdict);
});
