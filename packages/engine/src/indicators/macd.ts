import { type Column, checkPeriod, firstKnown, threeColumns } from "./columns.ts";

export interface MacdPeriods {
  readonly fast: number;
  readonly slow: number;
  /** Period of the signal line. */
  readonly signal: number;
}

/** In price. */
export interface Macd {
  readonly macd: Column;
  readonly signal: Column;
  readonly histogram: Column;
}

/**
 * Moving average convergence/divergence (Gerald Appel): EMA fast - EMA slow; the signal line is its EMA, the histogram their
 * difference; all in price. The usual periods are 12, 26 and 9.
 * Warm-up: the first slow - 1 values of `macd` are NaN, and the first slow + signal - 2 of the others.
 *
 * @throws RangeError when a period is not a whole number of at least 1.
 * @example
 * macd(Float64Array.of(1, 2, 4, 8), { fast: 1, slow: 2, signal: 2 }).histogram // [NaN, NaN, 0.17, 0.31]
 */
export function macd(close: Column, periods: MacdPeriods): Macd {
  const [line, signal, histogram] = threeColumns(close.length);
  return macdInto({ macd: line, signal, histogram }, close, periods);
}

/** The same, written into columns that are given. */
export function macdInto(result: Macd, close: Column, { fast, slow, signal }: MacdPeriods): Macd {
  checkPeriod(fast);
  checkPeriod(slow);
  checkPeriod(signal);
  const { macd: lines, signal: signals, histogram: histograms } = result;
  const start = firstKnown(close);
  const longer = Math.max(fast, slow);
  const [fastShare, slowShare, signalShare] = [2 / (fast + 1), 2 / (slow + 1), 2 / (signal + 1)];
  let fastAverage = 0;
  let slowAverage = 0;
  let signalAverage = 0;
  for (let i = 0; i < close.length; i++) {
    const count = i - start + 1;
    const value = close[i] ?? Number.NaN;
    if (count >= 1) {
      fastAverage += (count > fast ? fastShare : 1 / count) * (value - fastAverage);
      slowAverage += (count > slow ? slowShare : 1 / count) * (value - slowAverage);
    }
    const lineCount = count - longer + 1;
    const line = lineCount >= 1 ? fastAverage - slowAverage : Number.NaN;
    if (lineCount >= 1) {
      signalAverage += (lineCount > signal ? signalShare : 1 / lineCount) * (line - signalAverage);
    }
    const signalLine = lineCount >= signal ? signalAverage : Number.NaN;
    lines[i] = line;
    signals[i] = signalLine;
    histograms[i] = line - signalLine;
  }
  return result;
}
