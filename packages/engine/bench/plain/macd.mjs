/**
 * @param {Float64Array} close @param {{ readonly fast: number, readonly slow: number, readonly signal: number }} periods
 * fast < slow
 * @returns {{ readonly macd: Float64Array, readonly signal: Float64Array, readonly histogram: Float64Array }}
 */
export function plainMacd(close, { fast, slow, signal }) {
  const { length } = close;
  const [lines, signals, histogram] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
  let fastAverage = 0;
  let slowAverage = 0;
  let signalAverage = 0;
  for (let i = 0; i < length; i++) {
    const value = close[i] ?? Number.NaN;
    fastAverage += i < fast ? value / fast : (2 / (fast + 1)) * (value - fastAverage);
    slowAverage += i < slow ? value / slow : (2 / (slow + 1)) * (value - slowAverage);
    const line = i < slow - 1 ? Number.NaN : fastAverage - slowAverage;
    const count = i - slow + 2;
    if (count >= 1) {
      signalAverage += count <= signal ? line / signal : (2 / (signal + 1)) * (line - signalAverage);
    }
    lines[i] = line;
    signals[i] = count < signal ? Number.NaN : signalAverage;
    histogram[i] = count < signal ? Number.NaN : line - signalAverage;
  }
  return { macd: lines, signal: signals, histogram };
}
