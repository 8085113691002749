/** @param {Float64Array} close @param {number} period @returns {Float64Array} */
export function plainRsi(close, period) {
  const result = new Float64Array(close.length);
  result[0] = Number.NaN;
  let gain = 0;
  let loss = 0;
  for (let i = 1; i < close.length; i++) {
    const change = (close[i] ?? Number.NaN) - (close[i - 1] ?? Number.NaN);
    const rise = change > 0 ? change : 0;
    const fall = change < 0 ? -change : 0;
    if (i > period) {
      gain += (rise - gain) / period;
      loss += (fall - loss) / period;
    } else {
      gain += rise / period;
      loss += fall / period;
    }
    result[i] = i < period ? Number.NaN : (100 * gain) / (gain + loss);
  }
  return result;
}
