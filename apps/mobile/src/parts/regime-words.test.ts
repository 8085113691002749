import { describe, expect, test } from "vitest";
import methodology from "../../../../docs/methodology.md?raw";
import { regimeWords } from "./regime-words.ts";

type Documented = readonly [category: string, label: string, condition: string];

/** The regimes in the documentation's table: category, label and condition, or "else". */
function documentedRegimes(): readonly Documented[] {
  const [, table = ""] = /\| category \| labels in order \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(methodology) ?? [];
  return table
    .trim()
    .split("\n")
    .flatMap((row) => {
      const [, category = "", labels = ""] = row.split("|").map((cell) => cell.trim());
      return labels.split(";").map((part): Documented => {
        const [, condition = "", label = ""] = /^(.*: | *else )(.*)$/.exec(part.trim()) ?? [];
        return [category, label.trim(), condition.replace(/: $/, "").trim()];
      });
    });
}

/** How each condition on breadth and mood must be worded, and what "else" leaves for breadth. */
const SAID: readonly (readonly [RegExp, RegExp])[] = [
  [/broad/, /ost coins are up.*60 % or more/],
  [/narrow/, /ew coins are up.*30 % or less/],
  [/greedy/, /greedy/],
  [/fearful|fear/, /fear/],
  [/dominance/, /dominance/],
];

function breadthLeft(others: string): string {
  const [broad, narrow] = [/(^|,)broad(,|$)/.test(others), /(^|,)narrow(,|$)/.test(others)];
  if (broad && narrow) {
    return "Between 30 and 60 % of the coins are up.";
  }
  if (broad) {
    return "Fewer than 60 % of the coins are up.";
  }
  return narrow ? "No broad selloff: more than 30 % of the coins are up." : "";
}

describe("the regimes of the methodology", () => {
  const regimes = documentedRegimes();

  test("are read from its document", () => {
    expect(regimes).toHaveLength(23);
    expect(regimes).toContainEqual(["Neutral", "Consolidation", "else"]);
    expect(regimes).toContainEqual(["Strong Bearish", "Capitulation", "narrow, extreme fear"]);
  });

  test.each(regimes)("%s: %s is explained", (category, label, condition) => {
    const words = regimeWords(`${category}: ${label}`, "known");
    expect(words).toEqual({
      category,
      label,
      categoryMeaning: expect.stringMatching(/^[A-Z].*\.$/),
      labelMeaning: expect.stringMatching(/^[A-Z].*\.$/),
    });
    const said = SAID.filter(([inDocument]) => inDocument.test(condition));
    for (const [, inWords] of said) {
      expect(words?.labelMeaning).toMatch(inWords);
    }
    // A category may apply while most coins move the other way.
    expect(words?.labelMeaning).not.toMatch(/advance|decline/i);
  });

  const lefts = regimes
    .filter(([, , condition]) => condition === "else")
    .map(([category, label]) => {
      const others = regimes.filter(([other]) => other === category).map(([, , condition]) => condition);
      return [category, label, breadthLeft(others.join(","))] as const;
    })
    .filter(([, , left]) => left !== "");

  test("four of them cover the cases that the conditions on breadth leave over", () => {
    expect(lefts).toHaveLength(4);
  });

  test.each(lefts)("%s: %s explains which breadth is left: %s", (category, label, left) => {
    expect(regimeWords(`${category}: ${label}`, "known")?.labelMeaning).toBe(left);
    expect(regimeWords(`${category}: ${label}`, "unknown")?.labelMeaning).toBe("It is unknown how many coins are up.");
    expect(regimeWords(`${category}: ${label}`, "not told")?.labelMeaning).toBe("");
  });
});

test.each(["UNKNOWN", ""])("%j is no regime", (regime) => {
  expect(regimeWords(regime, "known")).toBeNull();
});

test.each(["Sideways: Drifting", "constructor: toString", "Sideways", "a: b: c"])(
  "%s is shown without an invented explanation",
  (regime) => {
    const words = regimeWords(regime, "unknown");
    expect(words).toMatchObject({ categoryMeaning: "", labelMeaning: "" });
    expect([words?.category, words?.label].filter(Boolean).join(": ")).toBe(regime);
  },
);
