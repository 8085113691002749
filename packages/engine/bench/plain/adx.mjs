/**
 * @param {import("./atr.mjs").HighLowClose} candles @param {number} period
 * @returns {{ readonly plusDi: Float64Array, readonly minusDi: Float64Array, readonly adx: Float64Array }}
 */
export function plainAdx({ high, low, close }, period) {
  const { length } = close;
  const [plusDi, minusDi, adx] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
  plusDi[0] = Number.NaN;
  minusDi[0] = Number.NaN;
  adx[0] = Number.NaN;
  const share = 1 / period;
  let range = 0;
  let plus = 0;
  let minus = 0;
  let strength = 0;
  for (let i = 1; i < length; i++) {
    const top = high[i] ?? Number.NaN;
    const bottom = low[i] ?? Number.NaN;
    const before = close[i - 1] ?? Number.NaN;
    const up = top - (high[i - 1] ?? Number.NaN);
    const down = (low[i - 1] ?? Number.NaN) - bottom;
    const trueRange = Math.max(top, before) - Math.min(bottom, before);
    const plusMove = up > down && up > 0 ? up : 0;
    const minusMove = down > up && down > 0 ? down : 0;
    const known = i > period ? 1 : 0;
    range += share * (trueRange - known * range);
    plus += share * (plusMove - known * plus);
    minus += share * (minusMove - known * minus);
    if (i >= period) {
      const dx = (100 * Math.abs(plus - minus)) / (plus + minus);
      strength += share * (dx - (i >= 2 * period ? strength : 0));
    }
    plusDi[i] = i < period ? Number.NaN : (100 * plus) / range;
    minusDi[i] = i < period ? Number.NaN : (100 * minus) / range;
    adx[i] = i < 2 * period - 1 ? Number.NaN : strength;
  }
  return { plusDi, minusDi, adx };
}
