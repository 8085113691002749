/** @param {import("./atr.mjs").HighLowClose} candles @param {number} period @returns {Float64Array} */
export function plainCci({ high, low, close }, period) {
  const { length } = close;
  const result = new Float64Array(length);
  const typical = new Float64Array(length);
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const price = ((high[i] ?? Number.NaN) + (low[i] ?? Number.NaN) + (close[i] ?? Number.NaN)) / 3;
    typical[i] = price;
    sum += i < period ? price : price - (typical[i - period] ?? Number.NaN);
    if (i < period - 1) {
      result[i] = Number.NaN;
      continue;
    }
    const centre = sum / period;
    let deviation = 0;
    for (let j = i - period + 1; j <= i; j++) {
      deviation += Math.abs((typical[j] ?? Number.NaN) - centre);
    }
    result[i] = (price - centre) / ((0.015 * deviation) / period);
  }
  return result;
}
