/** How far the 24 h changes are spread, by the lines at which the regime calls a market choppy and volatile. */
export function spreadWord(dispersionPercent: number): "calm" | "choppy" | "volatile" {
  if (dispersionPercent > 15) {
    return "volatile";
  }
  return dispersionPercent > 8 ? "choppy" : "calm";
}

/** Times its average; null where there is none to compare with. */
export function timesAverage(value: number | null, average: number | null): number | null {
  return value === null || average === null || average === 0 ? null : value / average;
}
