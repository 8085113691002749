/**
 * The name of a regime from figures that a document itself states, by the table of the method's version 2. What depends on its lines is here
 * and nowhere else in the harness.
 */

/** In %, points and counts, as documents have them; null where a condition cannot be judged. */
export interface RegimeFigures {
  /** Of all scored symbols. */
  readonly scores: readonly number[];
  readonly up: number;
  readonly down: number;
  readonly flat: number;
  readonly dispersion: number;
  readonly fearGreed: number | null;
}

const LEAST_SCORES = 10;
const LEAST_SYMBOLS = 50;

type Test = (is: Conditions) => boolean;

interface Conditions {
  readonly direction: string;
  readonly upShare: number | null;
  readonly fearGreed: number | null;
  readonly dispersion: number;
}

const always: Test = () => true;
const broad: Test = ({ upShare }) => upShare !== null && upShare >= 0.6;
const narrow: Test = ({ upShare }) => upShare !== null && upShare <= 0.3;
const greedy: Test = ({ fearGreed }) => fearGreed !== null && fearGreed >= 55;
const fearful: Test = ({ fearGreed }) => fearGreed !== null && fearGreed <= 45;
const afraid: Test = ({ fearGreed }) => fearGreed !== null && fearGreed <= 25;
const high: Test = ({ dispersion }) => dispersion > 15;
const elevated: Test = ({ dispersion }) => dispersion > 8;
const goes =
  (direction: string): Test =>
  (is) =>
    is.direction.endsWith(direction);
const all =
  (...tests: readonly Test[]): Test =>
  (is) =>
    tests.every((test) => test(is));
const is =
  (direction: string, ...tests: readonly Test[]): Test =>
  (conditions) =>
    conditions.direction === direction && tests.every((test) => test(conditions));

/**
 * The first that holds, in the method's order. Its rows about bitcoin's dominance of a day before are left out: no market of the harness
 * is a day old.
 */
const TABLE: readonly (readonly [test: Test, name: string])[] = [
  [all(high, goes("Bearish")), "Volatile: Volatile Selloff"],
  [all(high, goes("Bullish")), "Volatile: Volatile Rally"],
  [high, "Volatile: Choppy Waters"],
  [is("Strong Bullish", broad, greedy), "Strong Bullish: Euphoric Rally"],
  [is("Strong Bullish", broad), "Strong Bullish: Broad Rally"],
  [is("Strong Bullish", narrow), "Strong Bullish: Selective Strength"],
  [is("Strong Bullish"), "Strong Bullish: Bullish Momentum"],
  [is("Bullish", broad), "Bullish: Risk-On"],
  [is("Bullish", fearful), "Bullish: Accumulation Zone"],
  [is("Bullish"), "Bullish: Mild Uptrend"],
  [is("Strong Bearish", narrow, afraid), "Strong Bearish: Capitulation"],
  [is("Strong Bearish", narrow), "Strong Bearish: Broad Selloff"],
  [is("Strong Bearish"), "Strong Bearish: Bearish Momentum"],
  [is("Bearish", greedy), "Bearish: Distribution Zone"],
  [is("Bearish", narrow), "Bearish: Risk-Off"],
  [is("Bearish"), "Bearish: Mild Downtrend"],
  [elevated, "Neutral: Choppy Range"],
  [all(broad, greedy), "Neutral: Topping Formation"],
  [all(narrow, fearful), "Neutral: Bottoming Formation"],
  [always, "Neutral: Consolidation"],
];

/** "UNKNOWN" with fewer than 10 scores or 50 symbols. */
export function regimeOf({ scores, up, down, flat, dispersion, fearGreed }: RegimeFigures): string {
  if (scores.length < LEAST_SCORES || up + down + flat < LEAST_SYMBOLS) {
    return "UNKNOWN";
  }
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const upShare = up + down === 0 ? null : up / (up + down);
  const conditions = { direction: directionOf(mean), upShare, fearGreed, dispersion };
  return TABLE.find(([test]) => test(conditions))?.[1] ?? "UNKNOWN";
}

const LINES: readonly (readonly [least: number, direction: string])[] = [
  [58, "Strong Bullish"],
  [53, "Bullish"],
];

/** By the mean score: a line that bears have is 100 less the bulls'. */
function directionOf(mean: number): string {
  const sides = [
    { value: mean, side: "Bullish" },
    { value: 100 - mean, side: "Bearish" },
  ];
  const found = sides.flatMap(({ value, side }) =>
    LINES.flatMap(([least, direction]) => (value >= least ? [direction.replace("Bullish", side)] : [])),
  );
  return found[0] ?? "Neutral";
}
