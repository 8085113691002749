import { describe, expect, test } from "vitest";
import methodology from "../../../../../docs/methodology.md?raw";
import { regimeWords } from "./regime-words.ts";

/** The table of regimes in the documentation: category and its labels, each behind its condition or behind "else". */
function documentedRegimes(): readonly (readonly [string, string])[] {
  const [, table = ""] = /\| category \| labels in order \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(methodology) ?? [];
  return table
    .trim()
    .split("\n")
    .flatMap((row) => {
      const [, category = "", labels = ""] = row.split("|").map((cell) => cell.trim());
      return labels.split(";").map((part) => [category, part.replace(/^.*: |^ *else /, "").trim()] as const);
    });
}

describe("every regime that the method names", () => {
  const regimes = documentedRegimes();

  test("is read from its document", () => {
    expect(regimes).toHaveLength(23);
    expect(regimes).toContainEqual(["Neutral", "Consolidation"]);
    expect(regimes).toContainEqual(["Strong Bearish", "Capitulation"]);
  });

  test.each(regimes)("%s: %s has its meaning in words", (category, label) => {
    expect(regimeWords(`${category}: ${label}`)).toEqual({
      category,
      label,
      categoryMeaning: expect.stringMatching(/^[A-Z].*\.$/),
      labelMeaning: expect.stringMatching(/^[A-Z].*\.$/),
    });
  });
});

test.each(["UNKNOWN", "", "Bullish", "a: b: c"])("%j is no regime", (regime) => {
  expect(regimeWords(regime)).toBeNull();
});

test.each(["Sideways: Drifting", "constructor: toString"])("%s is shown without an invented meaning", (regime) => {
  expect(regimeWords(regime)).toMatchObject({ categoryMeaning: "", labelMeaning: "" });
});
