import type { MobileSnapshot } from "@pulseboard/snapshot";
import type { Mismatch } from "./figures.mts";
import { scoreOf, signalOf } from "./score-average.mts";

const LEAST_SYMBOLS = 10;
/** Half of the last of two decimals. */
const HALF = 0.005_05;
/** Points of a score for a whole W, where it is steepest. */
const STEEPEST = 50 * (1.8 / Math.tanh(1.8));

type Row = Pick<MobileSnapshot["confluence_scores"][number], "symbol" | "score" | "relative" | "relative_rank">;

/**
 * `relative` and `relative_rank` of all scored symbols follow from their published scores.
 *
 * @param rows of all of them
 */
export function checkRelative(rows: readonly Row[]): readonly Mismatch[] {
  if (rows.length < LEAST_SYMBOLS) {
    return rows
      .filter(({ relative, relative_rank: rank }) => relative !== null || rank !== null)
      .map(({ symbol }) => `scores: ${symbol} has a place among ${rows.length} symbols`);
  }
  const signals = rows.map(({ score }) => signalOf(score)).toSorted((a, b) => a - b);
  const middle = (signals.length - 1) / 2;
  const median = ((signals[Math.floor(middle)] ?? Number.NaN) + (signals[Math.ceil(middle)] ?? Number.NaN)) / 2;
  const medianWithin = roundingOf(scoreOf(median));
  const wrong = rows.flatMap(({ symbol, score, relative }) => {
    const exact = scoreOf(Math.min(1, Math.max(-1, signalOf(score) - median)));
    const within = HALF + STEEPEST * (roundingOf(score) + medianWithin);
    const fits = relative != null && Math.abs(relative - exact) <= within;
    return fits ? [] : [`scores: ${symbol}.relative is ${relative}, and all scores give ${exact}`];
  });
  return [...wrong, ...checkRanks(rows)];
}

/** How far a W may be from that of its rounded score. */
function roundingOf(score: number): number {
  const stretched = ((score - 50) / 50) * Math.tanh(1.8);
  return HALF / ((50 * 1.8 * (1 - stretched ** 2)) / Math.tanh(1.8));
}

/** Each rank is there once, and no higher score has a lower rank. */
function checkRanks(rows: readonly Row[]): readonly Mismatch[] {
  const ranked = rows.toSorted((a, b) => (a.relative_rank ?? Number.NaN) - (b.relative_rank ?? Number.NaN));
  return ranked.flatMap(({ symbol, score, relative_rank: rank }, index) => {
    const before = ranked[index - 1];
    const isInOrder = rank === index + 1 && (before === undefined || before.score >= score);
    return isInOrder ? [] : [`scores: ${symbol}.relative_rank is ${rank} with a score of ${score}`];
  });
}

/**
 * The snapshot lists those of all scored symbols that are farthest from 50 by `relative` (by the score, where there is none), the highest
 * score first.
 */
export function checkChoice(listed: readonly Row[], rows: readonly Row[]): readonly Mismatch[] {
  const distance = ({ relative, score }: Row): number => Math.abs((relative ?? score) - 50);
  const byName = (a: Row, b: Row): number => (a.symbol < b.symbol ? -1 : 1);
  const expected = rows
    .toSorted((a, b) => distance(b) - distance(a) || byName(a, b))
    .slice(0, listed.length)
    .toSorted((a, b) => b.score - a.score || byName(a, b))
    .map(({ symbol }) => symbol)
    .join(" ");
  const shown = listed.map(({ symbol }) => symbol).join(" ");
  return shown === expected ? [] : [`scores: listed are ${shown}, and all scores give ${expected}`];
}
