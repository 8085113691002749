// The least that the indicator needs: one loop with numbers in local variables. `npm run bench:engine` compares with it.

/** @param {Float64Array} close @param {number} period @returns {Float64Array} */
export function plainEma(close, period) {
  const result = new Float64Array(close.length);
  const share = 2 / (period + 1);
  let average = 0;
  for (let i = 0; i < close.length; i++) {
    const value = close[i] ?? Number.NaN;
    if (i >= period) {
      average += share * (value - average);
      result[i] = average;
      continue;
    }
    average += value / period;
    result[i] = i === period - 1 ? average : Number.NaN;
  }
  return result;
}
