import type { LeanScore } from "@pulseboard/snapshot";
import { expect, test } from "vitest";
import { volumeLeaders } from "./volume-leaders.ts";

/** Only the fields that matter here. */
function traded(symbol: string, volume_24h: number | null): LeanScore {
  return { symbol, volume_24h, price: 1, change_24h: null } as LeanScore;
}

test("the five with the highest volume, ties by name, without unknown ones", () => {
  const scores = [
    traded("F", 1),
    traded("E", 2),
    traded("D", 9),
    traded("C", null),
    traded("B", 9),
    traded("A", 30),
    traded("G", 3),
  ];
  expect(volumeLeaders(scores).map(({ symbol }) => symbol)).toEqual(["A", "B", "D", "G", "E"]);
  expect(scores[0]?.symbol).toBe("F");
});

test("without scores there are no leaders", () => {
  expect(volumeLeaders([])).toEqual([]);
});
