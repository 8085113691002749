import { createRandom, type Random } from "@pulseboard/testing/random";
import type { Fault } from "./contracts.mts";

/** A fault of a seed, with its moments after the watchers have begun, ms. */
export interface PlannedFault {
  readonly fault: Fault;
  readonly beginMs: number;
  readonly endMs: number;
}

/** For `npm test`: short plans that together have faults of every subject. Others take their place when the catalogue changes. */
export const FIXED_SEEDS: readonly number[] = [43, 107, 143, 198, 115, 63, 29, 72, 73, 472];

/** All faults begin within this time, so that they meet each other ... */
const BEGIN_WITHIN_MS = 1_200;
/** ... and last at most this much longer than they have to. */
const LONGER_MS = 1_800;
/** How often a seed has one, two or three faults. */
const COUNT_WEIGHTS: readonly (readonly [count: number, weight: number])[] = [
  [1, 0.2],
  [2, 0.45],
  [3, 0.35],
];

/**
 * Draws the plan of a seed: one to three faults that do not occupy the same thing. The same seed gives the same plan from the same
 * catalogue. Consecutive seeds go round through the catalogue with their first fault, so that none is left out; the others
 * are drawn, as often from a subject with few faults as from one with many.
 *
 * @param subjects the faults by subject @returns the plan in the order of the beginnings
 */
export function drawPlan(seed: number, subjects: readonly (readonly Fault[])[]): readonly PlannedFault[] {
  const all = subjects.flat();
  if (all.length === 0) {
    throw new Error("there is no fault to draw from");
  }
  const random = createRandom(seed);
  const chosen = [shuffled(all)[seed % all.length]].filter((fault) => fault !== undefined);
  const count = drawCount(random);
  while (chosen.length < count) {
    const left = subjects
      .map((faults) => faults.filter((fault) => chosen.every((other) => canMeet(fault, other))))
      .filter((faults) => faults.length > 0);
    const subject = left[random.below(left.length)];
    const fault = subject?.[random.below(subject.length)];
    if (fault === undefined) {
      break;
    }
    chosen.push(fault);
  }
  return chosen
    .map((fault) => {
      const beginMs = Math.round(random.uniform() * BEGIN_WITHIN_MS);
      return { fault, beginMs, endMs: beginMs + fault.lastsAtLeastMs + Math.round(random.uniform() * LONGER_MS) };
    })
    .sort((a, b) => a.beginMs - b.beginMs);
}

/** The faults whose names contain `name`, by subject. */
export function onlyNamed(subjects: readonly (readonly Fault[])[], name: string): readonly (readonly Fault[])[] {
  return subjects.map((faults) => faults.filter((fault) => fault.name.includes(name)));
}

function canMeet(a: Fault, b: Fault): boolean {
  return !a.occupies.some((occupied) => b.occupies.includes(occupied));
}

function drawCount(random: Random): number {
  let drawn = random.uniform();
  for (const [count, weight] of COUNT_WEIGHTS) {
    drawn -= weight;
    if (drawn < 0) {
      return count;
    }
  }
  return 1;
}

/** Always in the same order, in which the faults of one subject do not follow each other. */
function shuffled(faults: readonly Fault[]): readonly Fault[] {
  const random = createRandom(faults.length);
  const left = [...faults];
  return faults.flatMap(() => left.splice(random.below(left.length), 1));
}
