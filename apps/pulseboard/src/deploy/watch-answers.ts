import { isRecord, systemClock } from "@pulseboard/runtime";
import { ask } from "./served.ts";
import type { Settings } from "./settings.ts";

const POLL_MS = 100;
const ANSWER_MS = 1_000;
/** So many in a row: one alone may be the moment of a change. */
const BAD_ANSWERS = 3;

/** Looks at what phones get; the sentence says what is wrong with it. */
async function problemOfAnswer(url: string): Promise<string | null> {
  const answer = await ask(`${url}/api/dashboard/mobile-data`, ANSWER_MS);
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

/** Tells whether phones get fresh snapshots now. */
export async function answersFreshly(url: string): Promise<boolean> {
  for (let attempt = 1; attempt <= BAD_ANSWERS; attempt++) {
    if ((await problemOfAnswer(url)) === null) {
      return true;
    }
    await systemClock.sleep(POLL_MS);
  }
  return false;
}

/**
 * Watches what phones get, until `signal` is aborted: a server that answers badly must not stay for as long as a validation takes.
 *
 * @returns what is wrong, as soon as it is wrong several times in a row; null at the end
 */
export async function watchAnswers(
  { url, askEveryMs }: Pick<Settings, "url" | "askEveryMs">,
  signal: AbortSignal,
): Promise<string | null> {
  let bad = 0;
  while (!signal.aborted) {
    const problem = await problemOfAnswer(url);
    bad = problem === null ? 0 : bad + 1;
    if (bad === BAD_ANSWERS) {
      return problem;
    }
    await systemClock.sleep(askEveryMs);
  }
  return null;
}
