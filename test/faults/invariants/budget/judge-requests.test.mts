import { describe, expect, it } from "vitest";
import { judgeBudget, judgePauses, type PauseRules, type SeenRequest } from "./judge-requests.mts";

const request = (at_ms: number, answer = "ok"): SeenRequest => ({ at_ms, endpoint: "/v5/market/tickers", answer });
const RULES: PauseRules = { pauseMs: 3000, isLinkSlow: false, forgetfulRestartsMs: [] };

describe("the budget", () => {
  const evenly = Array.from({ length: 100 }, (_, index) => request(index * 100));

  it("holds in every window, wherever it begins", () => {
    expect(judgeBudget(evenly, { limit: 10, windowMs: 1000 })).toEqual([]);
    expect(judgeBudget(evenly, { limit: 9, windowMs: 1000 })).toHaveLength(1);
    const burst = [...evenly, ...Array.from({ length: 5 }, () => request(9950))];
    expect(judgeBudget(burst, { limit: 14, windowMs: 1000 })).toEqual([expect.stringMatching(/^15 requests/)]);
  });
});

describe("after an answer of 403", () => {
  it.each([
    ["what was on its way arrives", [request(0, "banned"), request(30), request(90, "banned")]],
    ["a probe comes after the pause", [request(0, "banned"), request(3000, "banned"), request(6000), request(6001)]],
    ["the next ban has its own", [request(0, "banned"), request(3000), request(3100, "rate_ban_403"), request(3110)]],
  ])("%s", (_name, requests) => {
    expect(judgePauses(requests, RULES)).toEqual([]);
  });

  it.each([
    ["a request within the pause", [request(0, "banned"), request(1500, "banned")]],
    ["a request after a probe that met the ban", [request(0, "banned"), request(3000, "banned"), request(3100)]],
    ["more than can have been on its way", Array.from({ length: 30 }, (_, index) => request(index, "rate_403_json"))],
  ])("%s is found", (_name, requests) => {
    expect(judgePauses(requests, RULES)).not.toEqual([]);
  });

  it("a worker that started without its stores has one request, and no more", () => {
    const rules = { ...RULES, forgetfulRestartsMs: [1000] };
    expect(judgePauses([request(0, "banned"), request(1500, "banned")], rules)).toEqual([]);
    expect(judgePauses([request(0, "banned"), request(1500, "banned"), request(1600)], rules)).toHaveLength(1);
  });
});
