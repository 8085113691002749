/**
 * Shannon entropy (base 2) of the shares of long and short accounts: 1 when they are equal, 0 when all are on one side.
 *
 * @param longShare 0..1.
 * @throws RangeError outside 0..1.
 */
export function longShortEntropy(longShare: number): number {
  if (typeof longShare !== "number" || !(longShare >= 0 && longShare <= 1)) {
    throw new RangeError(`${longShare} is not a share between 0 and 1`);
  }
  return Math.min(1, information(longShare) + information(1 - longShare));
}

/** -p log2(p), whose limit at 0 is 0. */
function information(share: number): number {
  return share === 0 ? 0 : -share * Math.log2(share);
}
