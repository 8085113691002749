import type { RecordDocument } from "@pulseboard/snapshot";
import { formats } from "../../format/formats.ts";
import { COMPONENTS } from "../../parts/components.ts";

export type Horizon = keyof RecordDocument["horizons"];
export type HorizonFigures = RecordDocument["horizons"][Horizon];
export type Estimate = NonNullable<HorizonFigures["lines"][string]["recent"]>;
type Claim = HorizonFigures["lines"][string]["claim"];

/** What an estimate is a mean of: shares of 0..1, rank correlations of -1..1, or returns in basis points. */
export type Unit = "share" | "correlation" | "bp";

/** "1 h", "24 h". */
export const spanOf = (horizon: Horizon): string => horizon.replace("h", " h");

export const nextOf = (horizon: Horizon): string => (horizon === "1h" ? "next hour" : `next ${spanOf(horizon)}`);

/** The name of a line ("score_65": "Scores of 65 and more") or of a ranked figure ("momentum_1h": "Momentum 1 h"). */
export function figureTitle(name: string): string {
  const [, kind, line] = /^(score|relative)_(\d+)$/.exec(name) ?? [];
  if (line !== undefined) {
    return `${kind === "score" ? "Scores" : "Relative scores"} of ${line} and ${Number(line) < 50 ? "less" : "more"}`;
  }
  const words = name.replace(/_/g, " ").replace(/(\d)h$/, "$1 h");
  return (
    COMPONENTS.find((component) => component.name === name)?.title ?? words.charAt(0).toUpperCase() + words.slice(1)
  );
}

export function valueWords(unit: Unit, value: number): string {
  if (unit === "share") {
    // The document has four decimals: 0.5195 is 51.95 and not a little less, which would be rounded down.
    return formats.percent(Number((value * 100).toFixed(2)), 1);
  }
  return unit === "bp" ? `${formats.signedNumber(value, 1)} bp` : formats.signedNumber(value, 3);
}

/** "46.5% to 48.7%". */
export function intervalWords(unit: Unit, low: number | null, high: number | null): string {
  return low === null || high === null ? "no interval" : `${valueWords(unit, low)} to ${valueWords(unit, high)}`;
}

/** What an estimate rests on. */
export function countWords({ days, moments, readings }: Omit<Estimate, "ratio" | "low" | "high">): string {
  return `${formats.count(days)} days, ${formats.count(moments)} moments, ${formats.count(readings)} readings`;
}

/** @param chance - What chance gives, in words. */
export function claimWords(claim: Claim, chance: string): string {
  if (claim.kind === "collecting") {
    return `collecting, day ${claim.day} of ${claim.of}`;
  }
  return claim.kind === "difference" ? `a difference, ${claim.side} ${chance}` : "no difference shown";
}
