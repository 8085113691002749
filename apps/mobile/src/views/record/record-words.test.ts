import { describe, expect, it } from "vitest";
import { claimWords, countWords, figureTitle, intervalWords, nextOf, valueWords } from "./record-words.ts";

describe("figureTitle", () => {
  it.each([
    ["score", "Score"],
    ["orderbook", "Order book"],
    ["outlook", "Outlook"],
    ["momentum_1h", "Momentum 1 h"],
    ["momentum_24h", "Momentum 24 h"],
    ["technical_rating", "Technical rating"],
    ["score_65", "Scores of 65 and more"],
    ["score_35", "Scores of 35 and less"],
    ["relative_70", "Relative scores of 70 and more"],
    ["relative_30", "Relative scores of 30 and less"],
    ["of_a_later_server", "Of a later server"],
  ])("%s is %s", (name, title) => {
    expect(figureTitle(name)).toBe(title);
  });
});

describe("the record's words", () => {
  it("write shares in percent, correlations to three decimals, and returns in basis points", () => {
    expect(valueWords("share", 0.4763)).toBe("47.6%");
    expect(valueWords("share", 0.5195)).toBe("52.0%");
    expect(valueWords("correlation", -0.0304)).toBe("-0.030");
    expect(valueWords("bp", 1.25)).toBe("+1.3 bp");
    expect(intervalWords("share", 0.465, 0.487)).toBe("46.5% to 48.7%");
    expect(intervalWords("share", null, null)).toBe("no interval");
    expect(countWords({ days: 30, moments: 2871, readings: 9120 })).toBe("30 days, 2,871 moments, 9,120 readings");
    expect(["1h" as const, "4h" as const, "24h" as const].map(nextOf)).toEqual(["next hour", "next 4 h", "next 24 h"]);
  });

  it("claim no more than the record does", () => {
    expect(claimWords({ kind: "collecting", day: 5, of: 14 }, "50%")).toBe("collecting, day 5 of 14");
    expect(claimWords({ kind: "difference", side: "below" }, "50%")).toBe("a difference, below 50%");
    expect(claimWords({ kind: "no_difference" }, "0")).toBe("no difference shown");
  });
});
