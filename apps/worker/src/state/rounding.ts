/** To `decimals` places, half away from zero as far as binary fractions allow; never -0, which JSON does not have. */
export function round(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor + 0;
}

/** Like `round`; unknown stays unknown. */
export function roundOrNull(value: number | null, decimals: number): number | null {
  return value === null ? null : round(value, decimals);
}

/** To `digits` significant digits: for raw figures of any size, without the noise of binary fractions. */
export function roundSignificant(value: number, digits: number): number {
  return Number(value.toPrecision(digits)) + 0;
}
