import { mean } from "./own-indicators.mts";

/**
 * The name of a regime from figures that a document itself states, by the table of the method's version 2. What depends on its lines is here
 * and nowhere else in the harness.
 */

/** In %, points and counts, as documents have them; null where a condition cannot be judged. */
export interface RegimeFigures {
  /** The published W of all scored symbols. */
  readonly signals: readonly number[];
  readonly up: number;
  readonly down: number;
  readonly flat: number;
  readonly dispersion: number;
  readonly fearGreed: number | null;
}

/** What no document says of the market's own samples, one a quarter of an hour: how many there are at most, and how large. */
export interface UnknownSamples {
  readonly most: number;
  /** Of all mean W so far. */
  readonly largestMean: number;
}

export const UNKNOWN = "UNKNOWN";
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

/** The names that these figures may give: one, or two near a line. "UNKNOWN" with fewer than 10 scores or 50 symbols. */
export function regimesOf(figures: RegimeFigures, samples: UnknownSamples): ReadonlySet<string> {
  const { signals, up, down, flat, dispersion, fearGreed } = figures;
  if (signals.length < LEAST_SCORES || up + down + flat < LEAST_SYMBOLS) {
    return new Set([UNKNOWN]);
  }
  const upShare = up + down === 0 ? null : up / (up + down);
  return new Set(
    zOf(mean(signals), samples).map((z) => {
      const conditions = { direction: directionOf(z), upShare, fearGreed, dispersion };
      return TABLE.find(([test]) => test(conditions))?.[1] ?? UNKNOWN;
    }),
  );
}

/** All names that there are. */
export const REGIMES: ReadonlySet<string> = new Set(TABLE.map(([, name]) => name));

const USUAL_DEVIATION = 0.09;
const USUAL_SAMPLES = 96;
/** Scores have two decimals, so that a mean W is off by so much at most. */
const MEAN_WITHIN = 1e-4;

/** The ends of what z can be. */
function zOf(meanSignal: number, { most, largestMean }: UnknownSamples): readonly number[] {
  const usual = USUAL_SAMPLES * USUAL_DEVIATION ** 2;
  const deviations = [0, largestMean, Math.abs(meanSignal)].map((sample) =>
    Math.sqrt((usual + most * sample ** 2) / (USUAL_SAMPLES + most)),
  );
  return [USUAL_DEVIATION, ...deviations].flatMap((deviation) =>
    [-MEAN_WITHIN, MEAN_WITHIN].map((error) => (meanSignal + error) / deviation),
  );
}

/** By z: a line that bears have is the negative of the bulls'. */
function directionOf(z: number): string {
  const side = z > 0 ? "Bullish" : "Bearish";
  const line = LINES.find(([least]) => Math.abs(z) >= least);
  return line === undefined ? "Neutral" : `${line[1]}${side}`;
}

const LINES: readonly (readonly [least: number, strength: string])[] = [
  [1.5, "Strong "],
  [0.5, ""],
];
