import type { Occupied, Timeline, Violation } from "../contracts.mts";
import { FAULT_DURATIONS } from "../stage/fault-durations.mts";
import { type Answer, MOBILE_PATH, machineDelayMs, type Observations, READY_PATH } from "./observations.mts";
import { parseJson } from "./parse-json.mts";
import { overlaps, type Span, serverAwaySpans, since } from "./spans.mts";
import { violationsOf } from "./violations.mts";

/** The server reads the worker's word every `pollMs`, and a read may hang for `hangsAfterMs`; the word itself comes once in a period. */
const HEARD_WITHIN_MS = FAULT_DURATIONS.server.pollMs + FAULT_DURATIONS.server.hangsAfterMs + 500;
/** The server is asked for its readiness every 120 ms, and a fault begins and ends within some time. */
const ASKED_WITHIN_MS = 500;
const SILENT_AFTER_PERIODS = 3;
const ON_THE_WAY_TO_THE_QUEUE: ReadonlySet<Occupied> = new Set([
  "link:worker-redis",
  "process:redis",
  "process:worker",
]);
const FRESH_FOR_PERIODS = 3;

/** A look at /readyz. */
interface Look extends Span {
  readonly degraded: readonly string[];
  readonly sequence: number | null;
  readonly ageS: number | null;
}

/**
 * I9, first part: `/readyz` names what is wrong, and nothing when all is well again.
 *
 * - It says `snapshot_stale` if and only if the age that it states is three periods or more, or unknown (I3 judges whether that is the true
 *   age, and whether the answers say the same), and `no_snapshot` if and only if it has no sequence.
 * - It says `section_stale:NAME` of exactly the sections that are stale in the body of the sequence that it names.
 * - It says `worker_silent` when the worker has been away for three periods and what it takes to notice.
 * - It says one of `Fault.names` when the fault has lasted long enough for that; what cannot be written, if a refresh has tried to.
 * - Its list is empty at the end.
 */
export function judgeReadiness(seen: Observations, timeline: Timeline): readonly Violation[] {
  const looks = looksOf(seen.answers);
  return violationsOf("I9", [
    ...staleUnnamed(seen, looks),
    ...sectionsUnnamed(seen, looks),
    ...silenceUnnamed(seen, looks, timeline),
    ...faultsUnnamed(seen, looks, timeline),
    ...leftOver(looks),
  ]);
}

/** The reasons that /readyz still gives; null if it was not asked. */
export function degradedNow({ answers }: Observations): readonly string[] | null {
  const last = answers.findLast(({ path, error }) => path === READY_PATH && error === null);
  return last === undefined ? null : (looksOf([last])[0]?.degraded ?? null);
}

/** The spans in which /readyz gave a reason that fits, from its first look to its last in a row. */
export function reasonSpans(answers: readonly Answer[], fits: (reason: string) => boolean): readonly Span[] {
  const spans: { fromMs: number; toMs: number }[] = [];
  let current: { fromMs: number; toMs: number } | null = null;
  for (const { fromMs, toMs, degraded } of looksOf(answers)) {
    if (!degraded.some(fits)) {
      current = null;
    } else if (current === null) {
      current = { fromMs, toMs };
      spans.push(current);
    } else {
      current.toMs = toMs;
    }
  }
  return spans;
}

function looksOf(answers: readonly Answer[]): readonly Look[] {
  return answers.flatMap(({ path, error, text, sentMs, endMs }) => {
    if (path !== READY_PATH || error !== null || text === null) {
      return [];
    }
    const { degraded, sequence = null, age_s: ageS = null } = Object(parseJson(text));
    // Whether it is a valid answer at all is judged with the documents.
    return Array.isArray(degraded) ? [{ fromMs: sentMs, toMs: endMs, degraded, sequence, ageS }] : [];
  });
}

function* staleUnnamed({ periodMs }: Observations, looks: readonly Look[]): Generator<string> {
  for (const { degraded, sequence, ageS } of looks) {
    const reason = sequence === null ? "no_snapshot" : "snapshot_stale";
    const isWrong = sequence === null || ageS === null || ageS * 1000 >= FRESH_FOR_PERIODS * periodMs;
    if (degraded.includes(reason) !== isWrong) {
      yield `/readyz says [${degraded}] of sequence ${sequence} at an age of ${ageS} s`;
    }
  }
}

function* sectionsUnnamed({ answers }: Observations, looks: readonly Look[]): Generator<string> {
  const stale = new Map<number | null, string>();
  for (const { path, sequence, text } of answers) {
    if (path === MOBILE_PATH && sequence !== null && text !== null && !stale.has(sequence)) {
      const sections = Object.entries(Object(Object(parseJson(text)).sections));
      const names = sections.flatMap(([name, section]) => (Object(section).stale === true ? [name] : []));
      stale.set(sequence, names.toSorted().join(", "));
    }
  }
  for (const { degraded, sequence } of looks) {
    const expected = stale.get(sequence);
    const named = degraded.flatMap((reason) => /^section_stale:(.+)$/.exec(reason)?.[1] ?? []);
    if (expected !== undefined && named.toSorted().join(", ") !== expected) {
      yield `/readyz says [${degraded}], and of sequence ${sequence} the stale sections are [${expected}]`;
    }
  }
}

function* silenceUnnamed(
  { periodMs, bare }: Observations,
  looks: readonly Look[],
  timeline: Timeline,
): Generator<string> {
  const away = serverAwaySpans(timeline);
  for (const { fault, beganMs, endedMs } of timeline.faults) {
    // A worker that is stopped for less may be noticed or not.
    const fromMs = beganMs + SILENT_AFTER_PERIODS * periodMs + HEARD_WITHIN_MS;
    const toMs = endedMs ?? fromMs;
    const isNoticed = looks.some(
      ({ degraded, ...look }) => degraded.includes("worker_silent") && overlaps(look, { fromMs: beganMs, toMs }),
    );
    const isAway = away.some((each) => overlaps(each, { fromMs: beganMs, toMs }));
    if (
      // A fault that occupies more starts the worker again at once.
      fault.occupies.length === 1 &&
      fault.occupies.includes("process:worker") &&
      !isAway &&
      !isNoticed &&
      toMs - fromMs > machineDelayMs(bare, fromMs, toMs)
    ) {
      yield `/readyz never said worker_silent in the ${since(beganMs, toMs)} of "${fault.name}"`;
    }
  }
}

function* faultsUnnamed({ lines }: Observations, looks: readonly Look[], timeline: Timeline): Generator<string> {
  const away = serverAwaySpans(timeline);
  for (const { fault, beganMs, endedMs } of timeline.faults) {
    const { names } = fault;
    const toMs = endedMs ?? beganMs;
    // The server must have been there to notice it.
    const awayMs = away
      .filter((each) => overlaps(each, { fromMs: beganMs, toMs }))
      .reduce((sum, each) => sum + Math.min(each.toMs, toMs) - Math.max(each.fromMs, beganMs), 0);
    if (names === undefined || awayMs > 0 || toMs - beganMs < names.afterMs + ASKED_WITHIN_MS) {
      continue;
    }
    // A worker that does not reach the queue cannot see that it is silent: it counts from when it does.
    const reachesQueueMs = timeline.faults
      .filter(
        (other) => other.fault !== fault && other.fault.occupies.some((each) => ON_THE_WAY_TO_THE_QUEUE.has(each)),
      )
      .reduce((latest, other) => Math.max(latest, other.endedMs ?? toMs), beganMs);
    if (names.reasons.includes("queue_silent") && toMs - reachesQueueMs < names.afterMs + ASKED_WITHIN_MS) {
      continue;
    }
    // What cannot be written is noticed by the refresh that wants to write it, and another fault may keep refreshes away.
    const isTried = lines.some(
      ({ msg, atMs }) => msg === "Refreshed" && atMs >= beganMs && atMs <= toMs - HEARD_WITHIN_MS - ASKED_WITHIN_MS,
    );
    if (!isTried && names.reasons.every((reason) => reason.startsWith("store_unwritable:"))) {
      continue;
    }
    const isNamed = looks.some(
      ({ degraded, ...look }) =>
        overlaps(look, { fromMs: beganMs, toMs }) && degraded.some((reason) => names.reasons.includes(reason)),
    );
    if (!isNamed) {
      yield `/readyz never said ${names.reasons.join(" or ")} in the ${since(beganMs, toMs)} of "${fault.name}"`;
    }
  }
}

function* leftOver(looks: readonly Look[]): Generator<string> {
  const last = looks.at(-1);
  if (last !== undefined && last.degraded.length > 0) {
    yield `/readyz still says [${last.degraded}] after recovery`;
  }
}
