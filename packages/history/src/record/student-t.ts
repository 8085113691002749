/** Halving an angle so often leaves less than a double can tell apart. */
const BISECTIONS = 60;

/**
 * The bound t that a variable of Student's distribution exceeds in size with probability `alpha`: t(1 - alpha/2, degrees).
 * The probability within +-t is the finite series for whole degrees of freedom in Abramowitz and Stegun, Handbook of
 * Mathematical Functions (1964), 26.7.3 and 26.7.4, with theta = atan(t / sqrt(degrees)); the bound is found by halving theta's range.
 *
 * @param degrees - Of freedom, whole, 1 or more.
 * @param alpha - Between 0 and 1.
 */
export function studentBound(degrees: number, alpha: number): number {
  let low = 0;
  let high = Math.PI / 2;
  for (let step = 0; step < BISECTIONS; step += 1) {
    const theta = (low + high) / 2;
    if (probabilityWithin(theta, degrees) < 1 - alpha) {
      low = theta;
    } else {
      high = theta;
    }
  }
  return Math.sqrt(degrees) * Math.tan((low + high) / 2);
}

function probabilityWithin(theta: number, degrees: number): number {
  const cosine = Math.cos(theta);
  const isOdd = degrees % 2 === 1;
  let sum = 0;
  // Odd: cos + 2/3 cos^3 + 2*4/(3*5) cos^5 ...; even: 1 + 1/2 cos^2 + 1*3/(2*4) cos^4 ...; the last power is degrees - 2.
  let term = isOdd ? cosine : 1;
  for (let power = isOdd ? 1 : 0; power <= degrees - 2; power += 2) {
    sum += term;
    term *= ((power + 1) / (power + 2)) * cosine * cosine;
  }
  return isOdd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}
