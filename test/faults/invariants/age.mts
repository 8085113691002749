import type { Timeline, Violation } from "../contracts.mts";
import { type Answer, MOBILE_PATH, type Observations, READY_PATH } from "./observations.mts";
import { parseJson } from "./parse-json.mts";
import { lastEndWithin, serverAwaySpans, since } from "./spans.mts";
import { violationsOf } from "./violations.mts";

/** Between a moment of the harness and the same moment in a process: a look of the harness, and a busy machine. */
const TOLERANCE_MS = 300;
/** A publication is dated this long before its first answer at most, unless the server could not read it. */
const DATED_WITHIN_MS = 30_000;
/** A stored snapshot that is dated further ahead has no known age. */
const MAX_AHEAD_MS = 60_000;

/** A snapshot as the harness knows it. */
interface Dated {
  /** By the clock of the worker, right or wrong, Unix ms. */
  readonly generatedAtMs: number;
  readonly firstSeenMs: number;
  /** When it was made: its date, less what the clock was wrong by. One moment for each offset that the clock may have had then. */
  readonly madeMs: readonly number[];
}

/** What an answer says about age. */
interface Stated {
  readonly answer: Answer;
  readonly sequence: number;
  readonly ageS: number | null;
  /** Null for bodies that do not say. */
  readonly stale: boolean | null;
}

/**
 * I3: the age that is stated is the true one, and what is stale says so. The harness knows by its own clocks when each sequence was made:
 * its date, less what the clock of the program was wrong by then. The server measures an age once, by the wall clock, when it loads a
 * snapshot, and from then on by the monotonic clock. So:
 *
 * - The clock was not set since the snapshot was made: X-Snapshot-Age is there, and right; `stale` says whether it is three periods or more.
 * - It was set after the server had loaded the snapshot: the age is right, or not stated (a clock set ahead looks like a machine that slept).
 * - It was set after the snapshot was made and before the server loaded it, at its start or because it could not read it earlier: nobody
 *   can know the age. If the snapshot is dated over 60 s ahead of the program's clock then, it has no age. Otherwise the age may be wrong, but
 *   the snapshot counts as fresh for three periods from then at most.
 * - Whenever the age is not stated, `stale` is true.
 *
 * `/readyz` states the same (`age_s`, `snapshot_stale`). A 304 states what the body with its tag does.
 */
export function judgeAges(seen: Observations, timeline: Timeline): readonly Violation[] {
  const { answers, periodMs } = seen;
  const originMs = answers[0]?.sentMs ?? 0;
  const freshForMs = 3 * periodMs;
  const dated = datedSnapshots(seen);
  const loads = createLoads(answers, timeline);

  const problemOf = ({ answer: { sentMs, endMs }, sequence, ageS, stale }: Stated): string | null => {
    const snapshot = dated.get(sequence);
    if (snapshot === undefined) {
      return null;
    }
    const { madeMs, generatedAtMs, firstSeenMs } = snapshot;
    if (madeMs.length === 0) {
      return `it is dated ${new Date(generatedAtMs).toISOString()}, and was seen ${since(0, firstSeenMs + seen.epochMs - generatedAtMs)} later`;
    }
    if (ageS === null && stale === false) {
      return "its age is not stated, and yet it counts as fresh";
    }
    const loadedMs = loads(sequence, sentMs);
    const toleranceMs = TOLERANCE_MS + endMs - sentMs;
    const isSetBetween = (fromMs: number, toMs: number): boolean =>
      timeline.clockSets.some((atMs) => atMs >= fromMs - TOLERANCE_MS && atMs <= toMs + TOLERANCE_MS);
    const youngestMs = sentMs - Math.max(...madeMs) - toleranceMs;
    const oldestMs = endMs - Math.min(...madeMs) + toleranceMs;
    const isRight = ageS !== null && ageS * 1000 <= oldestMs && (ageS + 1) * 1000 > youngestMs;
    // On a busy machine, some time passes between the loading, for which the clock was right, and the first answer.
    if (isSetBetween(Math.min(...madeMs), loadedMs) && !isRight) {
      const aheadMs = Math.min(
        ...offsetsBetween(seen, loadedMs, loadedMs).map(
          (offsetMs) => generatedAtMs - (loadedMs + seen.epochMs + offsetMs),
        ),
      );
      if (aheadMs > MAX_AHEAD_MS + toleranceMs && ageS !== null) {
        return `it was dated ${Math.round(aheadMs)} ms ahead when it was loaded, and yet has an age, ${ageS} s`;
      }
      return stale === false && sentMs - loadedMs > freshForMs + toleranceMs
        ? `fresh ${since(loadedMs, sentMs)} after it was loaded`
        : null;
    }
    if (ageS === null) {
      return isSetBetween(loadedMs, endMs) ? null : "its age is not stated, though nobody has set the clock";
    }
    if (!isRight) {
      return `its age is stated as ${ageS} s, and is between ${Math.round(youngestMs)} and ${Math.round(oldestMs)} ms`;
    }
    // Stale without reason only if no clock was set: whoever cannot know the age says stale.
    const isTooOld = stale === false && youngestMs > freshForMs;
    const isTooYoung = stale === true && oldestMs < freshForMs;
    return isTooOld || isTooYoung
      ? `${stale ? "stale" : "fresh"} at ${Math.round(youngestMs)} to ${Math.round(oldestMs)} ms`
      : null;
  };

  const heads = new Map<string, Head>();
  const sentences = answers.flatMap((answer): readonly string[] => {
    const stated = statedBy(answer, heads);
    const problem = stated === null ? null : problemOf(stated);
    return problem === null
      ? []
      : [
          `${answer.path}, asked ${since(originMs, answer.sentMs)} after the first request, sequence ${stated?.sequence}: ${problem}`,
        ];
  });
  return violationsOf("I3", sentences);
}

function datedSnapshots(seen: Observations): ReadonlyMap<number, Dated> {
  const dated = new Map<number, Dated>();
  const firstSequence = seen.answers.find(({ sequence }) => sequence !== null)?.sequence ?? 0;
  for (const { path, sequence, text, endMs } of seen.answers) {
    if (path !== MOBILE_PATH || sequence === null || text === null || dated.has(sequence)) {
      continue;
    }
    const generatedAtMs = Date.parse(Object(parseJson(text)).generated_at);
    // What was there before the harness looked may be of any age, and its clock was right.
    const earliestMs = sequence <= firstSequence ? Number.NEGATIVE_INFINITY : endMs - DATED_WITHIN_MS;
    const madeMs = offsetsBetween(seen, earliestMs, endMs)
      .map((offsetMs) => generatedAtMs - offsetMs - seen.epochMs)
      .filter((atMs) => atMs > earliestMs && atMs < endMs + TOLERANCE_MS);
    dated.set(sequence, { generatedAtMs, firstSeenMs: endMs, madeMs });
  }
  return dated;
}

/** Every offset that the program's clock had at some time of this span. */
function offsetsBetween({ clock }: Observations, fromMs: number, toMs: number): readonly number[] {
  const offsets = clock
    .filter(({ atMs }, index) => {
      const untilMs = clock[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
      return (index === 0 || atMs <= toMs + TOLERANCE_MS) && untilMs >= fromMs - TOLERANCE_MS;
    })
    .map(({ offsetMs }) => offsetMs);
  return [...new Set(offsets)];
}

/** Creates the function that tells when the server which answered at a moment had loaded a sequence: its first answer with it. */
function createLoads(answers: readonly Answer[], timeline: Timeline): (sequence: number, atMs: number) => number {
  const away = serverAwaySpans(timeline);
  const known = new Map<string, number>();
  return (sequence, atMs) => {
    const startedMs = lastEndWithin(away, Number.NEGATIVE_INFINITY, atMs);
    const key = `${sequence} ${startedMs}`;
    const found =
      known.get(key) ?? answers.find((each) => each.sequence === sequence && each.endMs >= startedMs)?.endMs ?? atMs;
    known.set(key, found);
    return found;
  };
}

/** What matters here of a body; of /readyz also its age. */
interface Head {
  readonly sequence: number | null;
  readonly ageS: number | null;
  readonly stale: boolean | null;
}

/** @param heads of the bodies that were read already, by their text */
function statedBy(answer: Answer, heads: Map<string, Head>): Stated | null {
  const { path, error, text } = answer;
  if (error !== null || text === null) {
    return null;
  }
  const head = heads.get(text) ?? headOf(parseJson(text));
  heads.set(text, head);
  const { sequence, ageS } = path === READY_PATH ? head : answer;
  return sequence === null ? null : { answer, sequence, ageS, stale: head.stale };
}

function headOf(body: unknown): Head {
  const { stale, degraded, sequence, age_s } = Object(body);
  return {
    sequence: typeof sequence === "number" ? sequence : null,
    ageS: typeof age_s === "number" ? age_s : null,
    stale: Array.isArray(degraded) ? degraded.includes("snapshot_stale") : typeof stale === "boolean" ? stale : null,
  };
}
