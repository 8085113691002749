/**
 * @typedef {{ readonly high: Float64Array, readonly low: Float64Array, readonly close: Float64Array }} HighLowClose
 * @param {HighLowClose} candles @param {number} period @returns {Float64Array}
 */
export function plainAtr({ high, low, close }, period) {
  const result = new Float64Array(close.length);
  result[0] = Number.NaN;
  const share = 1 / period;
  let average = 0;
  for (let i = 1; i < close.length; i++) {
    const before = close[i - 1] ?? Number.NaN;
    const range = Math.max(high[i] ?? Number.NaN, before) - Math.min(low[i] ?? Number.NaN, before);
    if (i > period) {
      average += share * (range - average);
    } else {
      average += share * range;
    }
    result[i] = i < period ? Number.NaN : average;
  }
  return result;
}
