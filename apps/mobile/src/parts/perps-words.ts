/** Says who pays whom. Rates are fractions per 8 h. */
export function fundingWords(rate8h: number): string {
  const percent = rate8h * 100;
  if (percent === 0) {
    return "nobody pays";
  }
  const payer = percent > 0 ? "longs pay shorts" : "shorts pay longs";
  const size = Math.abs(percent);
  if (size > 0.05) {
    return `${payer}, strongly`;
  }
  return size > 0.02 ? `${payer}, moderately` : `${payer}, slightly`;
}

/** Says how unusual a z-score is. */
export function zScoreWords(zScore: number): string {
  const size = Math.abs(zScore);
  if (size < 1) {
    return "usual";
  }
  const side = zScore > 0 ? "higher" : "lower";
  if (size < 2) {
    return `${side} than usual`;
  }
  return size < 3 ? `much ${side} than usual` : `extremely ${side === "higher" ? "high" : "low"}`;
}

/** Contango above +0.01 %, backwardation below -0.01 %. */
export function basisWords(basisPercent: number): string {
  if (basisPercent > 0.01) {
    return "contango: perpetuals above their index";
  }
  return basisPercent < -0.01 ? "backwardation: perpetuals below their index" : "in line with the index";
}

/** Says how evenly accounts are split: 1 is half and half (.99 is 56 to 44, .9 is 68 to 32), 0 is all on one side. */
export function entropyWords(entropy: number): string {
  if (entropy >= 0.99) {
    return "evenly split";
  }
  return entropy >= 0.9 ? "leaning to one side" : "crowded on one side";
}
