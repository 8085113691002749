import { describe, expect, it } from "vitest";
import { decilePaths } from "./decile-paths.ts";

describe("decilePaths", () => {
  it("draws bars from the line at 50 %, and whiskers over their intervals", () => {
    const paths = decilePaths({ share: [0.54, 0.48], low: [0.51, null], high: [0.57, null] });
    expect(paths).toEqual({
      // 10 points to either edge: 4 points are a fifth of the height, upwards.
      above: "M7.5 50h35V30h-35z",
      below: "M57.5 50h35V60h-35z",
      whiskers: "M17.5 15h15M17.5 45h15M25 45V15",
      reach: 10,
    });
  });

  it.each([
    [[0.5, 0.509], 1],
    [[0.5, 0.47], 5],
    [[0.3, 0.5], 20],
    [[0, 1], 50],
  ])("reaches as far as %j need, by a round number", (share, reach) => {
    expect(decilePaths({ share, low: [null, null], high: [null, null] }).reach).toBe(reach);
  });

  it("reaches as far as the intervals do", () => {
    expect(decilePaths({ share: [0.5], low: [0.38], high: [0.62] }).reach).toBe(20);
  });
});
