import { expect, test } from "vitest";
import { barPaths } from "./bar-paths.ts";

test("bars go up above 50 and down below, each in its place", () => {
  expect(barPaths([100, 25, 75])).toEqual({
    long: "M1.5 14h7v-14h-7zM21.5 14h7v-7h-7z",
    short: "M11.5 14h7v7h-7z",
    unknown: "",
    width: 30,
    height: 28,
    middle: 14,
  });
});

test("50 draws no bar, and no frame either", () => {
  expect(barPaths([50])).toMatchObject({ long: "", short: "", unknown: "" });
});

test("an unknown component is a frame around the middle", () => {
  expect(barPaths([null, 50])).toMatchObject({ long: "", short: "", unknown: "M1.5 8h7v12h-7z" });
});
