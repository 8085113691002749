/** @param {import("./rating.mjs").Bars} bars @returns {readonly number[]} */
export function plainOscillatorVotes({ high, low, close }) {
  const { length } = close;
  const end = length - 1;
  /** @param {Float64Array} column @param {number} back */
  const at = (column, back) => column[end - back] ?? Number.NaN;
  const rsi = new Float64Array(length);
  let [gain, loss, range, plus, minus, adx, adxBefore] = [0, 0, 0, 0, 0, 0, 0];
  let [fast, slow, signal, ema13, ema13Before, ema50] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < length; i++) {
    const value = close[i] ?? Number.NaN;
    ema13Before = ema13;
    ema13 += i < 13 ? value / 13 : (2 / 14) * (value - ema13);
    ema50 += i < 50 ? value / 50 : (2 / 51) * (value - ema50);
    fast += i < 12 ? value / 12 : (2 / 13) * (value - fast);
    slow += i < 26 ? value / 26 : (2 / 27) * (value - slow);
    if (i >= 25) {
      signal += i < 34 ? (fast - slow) / 9 : (2 / 10) * (fast - slow - signal);
    }
    if (i === 0) {
      continue;
    }
    const before = close[i - 1] ?? Number.NaN;
    const [top, bottom] = [high[i] ?? Number.NaN, low[i] ?? Number.NaN];
    const [up, down] = [top - (high[i - 1] ?? Number.NaN), (low[i - 1] ?? Number.NaN) - bottom];
    const known = i > 14 ? 1 : 0;
    gain += (Math.max(value - before, 0) - known * gain) / 14;
    loss += (Math.max(before - value, 0) - known * loss) / 14;
    rsi[i] = (100 * gain) / (gain + loss);
    range += (Math.max(top, before) - Math.min(bottom, before) - known * range) / 14;
    plus += ((up > down && up > 0 ? up : 0) - known * plus) / 14;
    minus += ((down > up && down > 0 ? down : 0) - known * minus) / 14;
    if (i >= 14) {
      adxBefore = adx;
      adx += ((100 * Math.abs(plus - minus)) / (plus + minus) - (i >= 28 ? adx : 0)) / 14;
    }
  }
  /** @param {Float64Array} tops @param {Float64Array} bottoms @param {number} back @param {number} period */
  const extremes = (tops, bottoms, back, period) => {
    let [top, bottom] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let i = back; i < back + period; i++) {
      top = Math.max(top, at(tops, i));
      bottom = Math.min(bottom, at(bottoms, i));
    }
    return { top, bottom };
  };
  /** @param {Float64Array} tops @param {Float64Array} bottoms @param {Float64Array} values */
  const smoothed = (tops, bottoms, values) => {
    /** @type {number[]} */
    const raw = [];
    for (let back = 0; back < 5; back++) {
      const { top, bottom } = extremes(tops, bottoms, back, 14);
      raw.push((100 * (at(values, back) - bottom)) / (top - bottom));
    }
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = raw;
    return extreme((a + b + c) / 3, (a + 2 * b + 3 * c + 2 * d + e) / 9);
  };
  /** @param {number} back */
  const cci = (back) => {
    let [sum, deviation] = [0, 0];
    for (let i = back; i < back + 20; i++) {
      sum += (at(high, i) + at(low, i) + at(close, i)) / 3;
    }
    for (let i = back; i < back + 20; i++) {
      deviation += Math.abs((at(high, i) + at(low, i) + at(close, i)) / 3 - sum / 20);
    }
    return ((at(high, back) + at(low, back) + at(close, back)) / 3 - sum / 20) / ((0.015 * deviation) / 20);
  };
  /** @param {number} back */
  const awesome = (back) => {
    let [short, long] = [0, 0];
    for (let i = back; i < back + 34; i++) {
      const median = (at(high, i) + at(low, i)) / 2;
      long += median / 34;
      short += i < back + 5 ? median / 5 : 0;
    }
    return short - long;
  };
  /** @param {number} back */
  const williams = (back) => {
    const { top, bottom } = extremes(high, low, back, 14);
    return (100 * (at(close, back) - top)) / (top - bottom);
  };
  /** @param {number} period */
  const pressure = (period) => {
    let [bought, whole] = [0, 0];
    for (let i = 0; i < period; i++) {
      const bottom = Math.min(at(low, i), at(close, i + 1));
      bought += at(close, i) - bottom;
      whole += Math.max(at(high, i), at(close, i + 1)) - bottom;
    }
    return bought / whole;
  };
  const price = at(close, 0);
  const [ao, aoBefore, aoEarlier] = [awesome(0), awesome(1), awesome(2)];
  const momentum = at(close, 0) - at(close, 10) - (at(close, 1) - at(close, 11));
  const trending = adx > 20 && adx > adxBefore ? 1 : 0;
  const stochasticRsi = smoothed(rsi, rsi, rsi);
  const [bull, bear] = [at(high, 0) - ema13, at(low, 0) - ema13];
  const powerBuys = price > ema50 && bear < 0 && bear > at(low, 1) - ema13Before;
  const powerSells = price < ema50 && bull > 0 && bull < at(high, 1) - ema13Before;
  const ultimate = (100 * (4 * pressure(7) + 2 * pressure(14) + pressure(28))) / 7;
  const aoBuys = ao > 0 && (aoBefore <= 0 || (ao > aoBefore && aoEarlier > aoBefore));
  const aoSells = ao < 0 && (aoBefore >= 0 || (ao < aoBefore && aoEarlier < aoBefore));
  return [
    reversal(at(rsi, 0), at(rsi, 1), 30, 70),
    smoothed(high, low, close),
    reversal(cci(0), cci(1), -100, 100),
    trending * Math.sign(plus - minus),
    Number(aoBuys) - Number(aoSells),
    Math.sign(momentum),
    Math.sign(fast - slow - signal),
    Math.sign(ema50 - price) === stochasticRsi ? stochasticRsi : 0,
    reversal(williams(0), williams(1), -80, -20),
    Number(powerBuys) - Number(powerSells),
    Number(ultimate > 70) - Number(ultimate < 30),
  ];
}

/** @param {number} now @param {number} before @param {number} lower @param {number} upper */
function reversal(now, before, lower, upper) {
  return Number(now < lower && now > before) - Number(now > upper && now < before);
}

/** @param {number} k @param {number} d */
function extreme(k, d) {
  return Number(k < 20 && d < 20 && k > d) - Number(k > 80 && d > 80 && k < d);
}
