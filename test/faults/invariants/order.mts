import type { Timeline, Violation } from "../contracts.mts";
import { type Answer, MOBILE_PATH, type Observations } from "./observations.mts";
import { parseJson } from "./parse-json.mts";
import { since } from "./spans.mts";
import { violationsOf } from "./violations.mts";

/** A publication is dated before the first answer with it: the worker may first write to stores that are slow. */
const PUBLISHED_WITHIN_MS = 5_000;

/** The simulator's market may begin anew further back than this, s; its servers that are behind are so by less. */
const LAGS_S = 60;

/**
 * I2: `sequence` never goes back on any route, over restarts and losses too: an answer that was asked for after another one had come has
 * at least its sequence. (The routes with analyses follow the others by a moment, so that each route is compared with itself.)
 * `generated_at` never goes back from one sequence to the next unless the harness set the clock between the two, nor does the market's own
 * time, whatever servers of the exchange say that are behind.
 */
export function judgeOrder({ answers }: Observations, timeline: Timeline): readonly Violation[] {
  const originMs = answers[0]?.sentMs ?? 0;
  return violationsOf("I2", [
    ...sequencesThatGoBack(answers, originMs),
    ...datesThatGoBack(answers, timeline),
    ...marketTimesThatGoBack(answers),
  ]);
}

function* sequencesThatGoBack(answers: readonly Answer[], originMs: number): Generator<string> {
  for (const path of new Set(answers.map((answer) => answer.path))) {
    const known = answers.filter((answer) => answer.path === path && answer.sequence !== null);
    const bySent = known.toSorted((a, b) => a.sentMs - b.sentMs);
    const byEnd = known.toSorted((a, b) => a.endMs - b.endMs);
    let highest = 0;
    let next = 0;
    for (const { sentMs, sequence } of bySent) {
      for (let ended = byEnd[next]; ended !== undefined && ended.endMs < sentMs; ended = byEnd[next]) {
        highest = Math.max(highest, ended.sequence ?? 0);
        next += 1;
      }
      if ((sequence ?? 0) < highest) {
        yield `${path}, asked ${since(originMs, sentMs)} after the first request: sequence ${sequence} after ${highest}`;
      }
    }
  }
}

function* datesThatGoBack(answers: readonly Answer[], { clockSets }: Timeline): Generator<string> {
  const inOrder = bodiesInOrder(answers).map(({ sequence, body, seenMs }) => ({
    sequence,
    generatedAt: String(body.generated_at),
    seenMs,
  }));
  for (const [index, { sequence, generatedAt, seenMs }] of inOrder.entries()) {
    const before = inOrder[index - 1];
    if (before === undefined || before.generatedAt <= generatedAt) {
      continue;
    }
    const wasSet = clockSets.some((atMs) => atMs > before.seenMs - PUBLISHED_WITHIN_MS && atMs < seenMs);
    if (!wasSet) {
      yield `sequence ${sequence} is of ${generatedAt}, and ${before.sequence} before it of ${before.generatedAt}`;
    }
  }
}

function* marketTimesThatGoBack(answers: readonly Answer[]): Generator<string> {
  const known = bodiesInOrder(answers).flatMap(({ sequence, body }) => {
    const asOf: unknown = body.sections?.overview?.as_of;
    return typeof asOf === "number" ? [{ sequence, asOf }] : [];
  });
  for (const [index, { sequence, asOf }] of known.entries()) {
    const before = known[index - 1];
    const backS = before === undefined ? 0 : before.asOf - asOf;
    if (before !== undefined && backS > 0 && backS < LAGS_S) {
      yield `sequence ${sequence} has the market ${backS} s before that of ${before.sequence} before it`;
    }
  }
}

/** The first body of each sequence, by sequence. */
function bodiesInOrder(answers: readonly Answer[]) {
  const bodies = new Map<number, { readonly text: string; readonly seenMs: number }>();
  for (const { path, sequence, endMs, text } of answers) {
    if (path === MOBILE_PATH && sequence !== null && text !== null && !bodies.has(sequence)) {
      bodies.set(sequence, { text, seenMs: endMs });
    }
  }
  return [...bodies]
    .toSorted(([a], [b]) => a - b)
    .map(([sequence, { text, seenMs }]) => ({ sequence, seenMs, body: Object(parseJson(text)) }));
}
