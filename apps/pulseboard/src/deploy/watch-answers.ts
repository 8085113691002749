import { systemClock } from "@pulseboard/runtime";
import type { Settings } from "./settings.ts";

const POLL_MS = 100;
const ANSWER_MS = 1_000;
/** So many in a row: one alone may be the moment of a change. */
const BAD_ANSWERS = 3;

/** Looks at what phones get; the sentence says what is wrong with it. */
async function problemOfAnswer(url: string): Promise<string | null> {
  try {
    const response = await fetch(`${url}/api/dashboard/mobile-data`, { signal: AbortSignal.timeout(ANSWER_MS) });
    const text = await response.text();
    if (response.status !== 200) {
      return `HTTP ${response.status}`;
    }
    const { stale } = JSON.parse(text) as { readonly stale?: unknown };
    return stale === false ? null : "the snapshot is not fresh";
  } catch (error) {
    return describe(error);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error.name === "TimeoutError") {
    return `no answer within ${ANSWER_MS / 1000} s, ${BAD_ANSWERS} times in a row`;
  }
  // Of fetch, which only says that it failed.
  return error.cause instanceof Error ? error.cause.message : error.message;
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
