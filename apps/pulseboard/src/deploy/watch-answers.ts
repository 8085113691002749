import { isRecord, systemClock } from "@pulseboard/runtime";
import { ask } from "./served.ts";
import type { Settings } from "./settings.ts";

const POLL_MS = 100;
/** An answer may take so long; on a machine where that is usual, so many times what the server before took. */
const ANSWER_MS = 1_000;
const TIMES_SLOWER = 5;
/** Before the switch: longer than any phone waits. */
const PATIENT_MS = 10_000;
/** So many in a row: one alone may be the moment of a change. */
const BAD_ANSWERS = 3;

/** Looks at what phones get; the sentence says what is wrong with it. */
async function problemOfAnswer(url: string, withinMs: number): Promise<string | null> {
  const answer = await ask(`${url}/api/dashboard/mobile-data`, withinMs);
  if (answer.status === null) {
    return answer.reason;
  }
  if (answer.status !== 200) {
    return `HTTP ${answer.status}`;
  }
  if (!isRecord(answer.body)) {
    return "the answer is no JSON of a snapshot";
  }
  return answer.body.stale === false ? null : "the snapshot is not fresh";
}

/**
 * Looks whether phones get fresh snapshots now.
 *
 * @returns how long they may wait for one after the switch, by how long they wait on this machine now, ms; null when they get none
 */
export async function patienceWith(url: string): Promise<number | null> {
  let slowestMs: number | null = null;
  for (let attempt = 1; attempt <= BAD_ANSWERS; attempt++) {
    const startedMs = systemClock.monotonicMs();
    if ((await problemOfAnswer(url, PATIENT_MS)) === null) {
      slowestMs = Math.max(slowestMs ?? 0, systemClock.monotonicMs() - startedMs);
    }
    await systemClock.sleep(POLL_MS);
  }
  return slowestMs === null ? null : Math.max(ANSWER_MS, TIMES_SLOWER * slowestMs);
}

/**
 * Watches what phones get, until `signal` is aborted: a server that answers badly must not stay for as long as a validation takes.
 *
 * @param answerMs - How long an answer may take.
 * @returns what is wrong, as soon as it is wrong several times in a row; null at the end
 */
export async function watchAnswers(
  { url, askEveryMs }: Pick<Settings, "url" | "askEveryMs">,
  answerMs: number,
  signal: AbortSignal,
): Promise<string | null> {
  let bad = 0;
  while (!signal.aborted) {
    const problem = await problemOfAnswer(url, answerMs);
    bad = problem === null ? 0 : bad + 1;
    if (bad === BAD_ANSWERS) {
      return `phones get no good answer any more: ${problem}`;
    }
    await systemClock.sleep(askEveryMs);
  }
  return null;
}
