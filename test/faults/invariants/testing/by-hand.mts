import { exampleDocuments } from "@pulseboard/snapshot";
import type { Fault, Timeline, Violation } from "../../contracts.mts";
import { type Answer, type LogLine, MOBILE_PATH, type Observations, READY_PATH } from "../observations.mts";

/** Unix ms at time 0 of the harness. */
export const EPOCH_MS = Date.UTC(2026, 5, 10, 12);
const PERIOD_MS = 1_000;
const UNTIL_MS = 20_000;
/** The symbols of the example. */
const SYMBOLS = 3;

const FIRST_MS = 1_100;
const { snapshot: EXAMPLE } = exampleDocuments();

/** What the server serves at a moment. */
export interface Served {
  /** Null: the body of an error. */
  readonly sequence: number | null;
  readonly ageS: number | null;
  readonly stale: boolean;
  /** The date in the document, Unix ms. */
  readonly generatedAtMs: number;
  /** Other fields of the body. */
  readonly more?: object;
}

/** One publication in each second, which is served 50 ms later. */
export function healthy(atMs: number): Served {
  const sequence = Math.floor((atMs - 50) / PERIOD_MS);
  const madeMs = sequence * PERIOD_MS;
  return { sequence, ageS: Math.floor((atMs - madeMs) / 1000), stale: false, generatedAtMs: EPOCH_MS + madeMs };
}

/** The publication of this second, and no other any more; its age is right. */
export function stuckAt(sequence: number): (atMs: number) => Served {
  return (atMs) => {
    const madeMs = sequence * PERIOD_MS;
    const ageMs = atMs - madeMs;
    return {
      sequence,
      ageS: Math.floor(ageMs / 1000),
      stale: ageMs >= 3 * PERIOD_MS,
      generatedAtMs: EPOCH_MS + madeMs,
    };
  };
}

interface ByHand {
  readonly served?: (atMs: number) => Served;
  readonly degraded?: (atMs: number) => readonly string[];
  readonly answers?: readonly Answer[];
  readonly more?: Partial<Omit<Observations, "answers">>;
}

/** What a client and the log would have seen. */
export function seenByHand({ served = healthy, degraded = () => [], answers, more = {} }: ByHand = {}): Observations {
  const bare = times(20).map((sentMs) => ({ sentMs, endMs: sentMs + 2 }));
  return {
    answers: answers ?? answersOf(served, degraded),
    bare,
    lines: publications(),
    clock: [{ atMs: 0, offsetMs: 0 }],
    processes: [
      { atMs: 0, process: "worker", pid: 1 },
      { atMs: 0, process: "server", pid: 2 },
    ],
    processor: [],
    epochMs: EPOCH_MS,
    periodMs: PERIOD_MS,
    symbols: SYMBOLS,
    ...more,
  };
}

export function answersOf(
  served: (atMs: number) => Served,
  degraded: (atMs: number) => readonly string[] = () => [],
): readonly Answer[] {
  const mobile = times(40).map((sentMs) => answer(sentMs, served(sentMs)));
  const ready = times(120).map((sentMs): Answer => {
    const { sequence, ageS } = served(sentMs);
    const status = sequence === null ? "not_ready" : "ready";
    const text = JSON.stringify({
      status,
      degraded: degraded(sentMs),
      sequence,
      age_s: sequence === null ? null : ageS,
    });
    return { ...whole(READY_PATH, sentMs), text };
  });
  return [...mobile, ...ready].toSorted((a, b) => a.endMs - b.endMs);
}

/** One answer of the whole snapshot. */
export function answer(sentMs: number, { sequence, ageS, stale, generatedAtMs, more = {} }: Served): Answer {
  const dataSource = sequence === null ? "error" : stale ? "stale" : "live";
  const text = JSON.stringify({
    ...EXAMPLE,
    period_ms: PERIOD_MS,
    sequence,
    stale,
    data_source: dataSource,
    generated_at: new Date(generatedAtMs).toISOString(),
    timestamp: Math.floor(generatedAtMs / 1000),
    ...(sequence === null ? { status: "error" } : {}),
    ...more,
  });
  return { ...whole(MOBILE_PATH, sentMs), sequence, ageS, text };
}

function whole(path: string, sentMs: number): Answer {
  const none = { error: null, etag: null, sequence: null, ageS: null, text: null };
  return { path, sentMs, endMs: sentMs + 2, status: 200, ...none };
}

function times(everyMs: number): readonly number[] {
  return Array.from({ length: Math.floor((UNTIL_MS - FIRST_MS) / everyMs) }, (_, index) => FIRST_MS + index * everyMs);
}

/** The worker's line for each publication. */
function publications(): readonly LogLine[] {
  return Array.from({ length: UNTIL_MS / PERIOD_MS - 1 }, (_, index) =>
    line(
      { process: "worker", pid: 1, level: "info", msg: "Refreshed", fields: { sequence: index + 1 } },
      (index + 1) * PERIOD_MS + 20,
    ),
  );
}

export function line(what: Omit<LogLine, "atMs">, atMs: number): LogLine {
  return { ...what, atMs };
}

interface FaultByHand extends Partial<Omit<Fault, "begin">> {
  readonly beganMs: number;
  readonly endedMs: number | null;
}

/** The harness's own record, with faults of these kinds. */
export function timelineOf(faults: readonly FaultByHand[] = [], more: Partial<Timeline> = {}): Timeline {
  return {
    faults: faults.map(({ beganMs, endedMs, ...fault }) => ({
      fault: {
        name: "a fault",
        occupies: [],
        lastsAtLeastMs: 0,
        leaves: { ms: 0, what: "nothing" },
        begin: () => Promise.reject(new Error("it is only on paper")),
        ...fault,
      },
      beganMs,
      endedMs,
    })),
    serverAway: [],
    unanswered: [],
    clockSets: [],
    ...more,
  };
}

/** The sentences of violations. */
export function sentences(violations: readonly Violation[]): readonly string[] {
  return violations.map(({ invariant, what }) => `${invariant}: ${what}`);
}
