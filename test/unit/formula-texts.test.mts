import { readFileSync } from "node:fs";
import { METHOD_RECORDS } from "@pulseboard/engine";
import { LIVE_FIGURES, RECORD_METHOD } from "@pulseboard/history";
import { describe, expect, it } from "vitest";

// The page's texts are written by hand. What can be compared with the engine is: each of its numbers.

const FILE = new URL("../../apps/mobile/src/parts/formulas.json", import.meta.url);
const texts: Readonly<Record<string, string>> = JSON.parse(readFileSync(FILE, "utf8"));
const numbersOf = (text: string): readonly number[] =>
  [...text.matchAll(/\d[\d,]*(?:\.\d+)?/g)].map(([digits]) => Number(digits.replaceAll(",", "")));

/** A record's numbers as a text may say them: a duration in s, min or h. */
const sayable = (record: object): readonly number[] =>
  Object.entries(record).flatMap(([name, value]) => {
    const numbers = [value].flat().filter((each): each is number => typeof each === "number");
    return numbers.flatMap((each) => [
      Math.abs(each),
      ...(name.endsWith("Ms") ? [1e3, 6e4, 3.6e6].map((unit) => each / unit) : []),
    ]);
  });

/** What a formula says beside the method's constants: its own 1 and 2, and the ends of a scale. */
const OF_FORMULAS = [0, 1, 2];
const BESIDE: Readonly<Record<string, readonly number[]>> = {
  rsi: [50, 100],
  funding_rate: [8],
  // The candles that the rule measures on.
  volume_profile: [30],
  depth_near: [5],
  depth_far: [5],
};

const rules = METHOD_RECORDS.components.flatMap(({ rules: all }) => all);

describe("the texts of the page", () => {
  it("have one for each component and each rule of the engine", () => {
    const names = [...METHOD_RECORDS.components.map(({ component }) => component), ...rules.map(({ rule }) => rule)];
    expect(names.filter((name) => !(name in texts))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(rules.map(({ rule, constants }) => [rule, constants] as const))(
    "name only numbers of the engine: %s",
    (rule, constants) => {
      const known = [...sayable(constants), ...OF_FORMULAS, ...(BESIDE[rule] ?? [])];
      expect(
        numbersOf(texts[rule] ?? "").filter((number) => !known.some((each) => Math.abs(each - number) < 1e-9)),
      ).toEqual([]);
    },
  );

  it("name the constants of the score, of reliability and of the inputs' age", () => {
    const { score, average, reliability, inputAge } = METHOD_RECORDS;
    const says = (name: string, numbers: readonly number[]) =>
      expect(numbersOf(texts[name] ?? ""), name).toEqual(expect.arrayContaining([...numbers]));
    says("score", [score.stretch, average.halfLifeMs / 60_000]);
    says("relative", [score.stretch]);
    const { qualityFloor, spreadScaleBp, depthScaleUsd, fullDepthBp, noDepthBp } = reliability;
    says("quality", [qualityFloor, 1 - qualityFloor, spreadScaleBp, depthScaleUsd, fullDepthBp, noDepthBp]);
    expect([inputAge.freshPeriods, inputAge.usablePeriods]).toEqual([2, 10]);
    expect(texts.inputs).toMatch(/younger than two periods .* from ten on/);
    expect(texts.freshness).toMatch(/younger than two of their periods/);
  });

  it("name the constants of the record and of the outlook", () => {
    const { gate, horizons, minSymbols, latePeriods, momentShareOfDay, roundTripFeesBp, shownAlpha } = RECORD_METHOD;
    const [hour, four, day] = [horizons["1h"], horizons["4h"], horizons["24h"]];
    const numbers = (name: string) => numbersOf(texts[name] ?? "");
    expect(numbers("record_gate")).toEqual([
      ...[gate.days, gate.showFrom, gate.hideBelow],
      ...[hour.minimumDays, 1, four.minimumDays, 4],
    ]);
    expect(numbers("record_interval")).toEqual([100 * (1 - shownAlpha), four.lagDays, 4, day.lagDays, 24]);
    expect(numbers("record_counted")).toEqual([minSymbols, Math.round(96 * momentShareOfDay), 96]);
    expect([texts.record_counted, latePeriods]).toEqual([expect.stringContaining("at most two periods late"), 2]);
    // Of each way, in percent.
    expect(numbers("record_groups")).toContain(roundTripFeesBp / 2 / 100);
    const lines = LIVE_FIGURES.lines.filter(({ crowdedApart }) => crowdedApart).map(({ line }) => line);
    expect(numbers("record_share")).toEqual([1, 4, 24, ...lines]);
    const { hoursOf5m, hoursOf30m } = METHOD_RECORDS.priceMoves;
    expect(numbers("outlook")).toEqual([1, ...hoursOf5m, ...hoursOf30m, 0, 0]);
  });
});
