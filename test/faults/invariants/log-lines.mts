import type { Timeline, Violation } from "../contracts.mts";
import { FAULT_DURATIONS } from "../stage/fault-durations.mts";
import { type LogLine, machineDelayMs, type Observations, slowness } from "./observations.mts";
import { reasonSpans } from "./readiness.mts";
import { lastEndWithin, occupiedSpans, overlaps, type Span, serverAwaySpans, since, uncoveredMs } from "./spans.mts";
import { violationsOf } from "./violations.mts";

/** The server's log looks at the readiness every `pollMs`; the harness looks at the log every 100 ms. */
const LOGGED_WITHIN_MS = FAULT_DURATIONS.server.pollMs + 700;
/** An outage may be logged before /readyz has it: a command fails before a read does. */
const LOGGED_BEFORE_MS = 3_000;
/** How long an outage may last after the faults, as the watcher has waited for it. */
const OVER_WITHIN_MS = 1_500;
/** A process that was killed while its lines were kept may be back only after the disk is. */
const RESTARTED_WITHIN_MS = 5_000;
/** The most warnings and errors for each fault, and for each period in which something is wrong: one for each endpoint and its end. */
const LINES_OF_FAULT = 20;
const LINES_OF_PERIOD = 8;

/** The reasons for which the server writes a line itself, under `degraded`. */
const SERVERS_OWN = /^(?:no_snapshot|snapshot_stale|section_stale:.+|worker_silent)$/;
/** What the worker says of itself has the code of an error, or is one. */
const WORKERS_REASON = /^(?:exchange_paused:|refresh_failing:)?(\w+)$/;
const STORE_REASON = /^store_(?:away|unwritable):(.+)$/;

/**
 * I9, second part: what /readyz names is in the log, in one line when it begins and one when it ends.
 *
 * - A reason of the server itself: a warning with it under `degraded`, one for each time, and then the line that ends it.
 * - A store: a warning of a process that meets the outage, with the store under `outage` or `store`.
 * - What the worker says of itself, or of the exchange: a line of the worker with the code.
 * - Each outage that a process reports has one warning, and ends with a line, unless that process was killed.
 * - While a disk takes no lines of the log they are kept, and come when it does; those of a process that is killed meanwhile are lost.
 * - All faults together bring no more than so many warnings and errors.
 */
export function judgeLog(seen: Observations, timeline: Timeline): readonly Violation[] {
  const originMs = seen.answers[0]?.sentMs ?? 0;
  return violationsOf("I9", [
    ...unlogged(seen, timeline, originMs),
    ...repeated(seen, timeline),
    ...unended(seen),
    ...flood(seen, timeline),
  ]);
}

/** "I9: 7 warnings and errors in the log". */
export function describeLog({ lines }: Observations): string {
  return `I9: ${lines.filter(isWarning).length} warnings and errors in the log`;
}

/** What the log says is wrong and has not said is over, of processes that still run: "server snapshot_stale". */
export function openOutages(
  { lines, processes }: Observations,
  beganBeforeMs = Number.POSITIVE_INFINITY,
): readonly string[] {
  const open = new Map<string, string>();
  for (const { process, pid, level, fields, atMs } of lines) {
    const isOfNow = processes.findLast((each) => each.process === process)?.pid === pid;
    const what = fields.outage ?? fields.degraded;
    if (!isOfNow || typeof what !== "string") {
      continue;
    }
    const key = `${process} ${pid} ${what}`;
    if (level === "warn" && atMs < beganBeforeMs) {
      open.set(key, `${process}: ${what}`);
    } else if (level === "info") {
      open.delete(key);
    }
  }
  return [...open.values()];
}

function isWarning({ level }: LogLine): boolean {
  return ["warn", "error", "fatal"].includes(level);
}

function* unlogged(
  { answers, bare, lines, processes }: Observations,
  timeline: Timeline,
  originMs: number,
): Generator<string> {
  const away = serverAwaySpans(timeline);
  const held = occupiedSpans(timeline, ["disk:log"]);
  const isIn = ({ fromMs, toMs }: Span, atMs: number): boolean =>
    atMs >= fromMs - LOGGED_BEFORE_MS &&
    atMs <= Math.max(toMs, lastEndWithin(held, fromMs, toMs + LOGGED_WITHIN_MS)) + LOGGED_WITHIN_MS;
  const losses = lossesOf(processes, held);
  for (const reason of reasonsOf(answers)) {
    const names = namingLines(reason);
    if (names === null) {
      continue;
    }
    const naming = lines.filter(names);
    for (const span of reasonSpans(answers, (each) => each === reason)) {
      // A request that a stopped server answers later says nothing about the time between.
      const lastedMs = uncoveredMs(span, away) - machineDelayMs(bare, span.fromMs, span.toMs);
      const lasts = (line: LogLine): boolean => line.atMs < span.fromMs && !isOver(lines, line, span.fromMs);
      const isNamed = naming.some((line) => isIn(span, line.atMs) || lasts(line));
      const isLost = losses.some((loss) => overlaps(loss, { ...span, fromMs: span.fromMs - LOGGED_BEFORE_MS }));
      if (lastedMs > LOGGED_WITHIN_MS && !isNamed && !isLost) {
        yield `/readyz said ${reason} from ${since(originMs, span.fromMs)} to ${since(originMs, span.toMs)}, and no line of the log did`;
      }
    }
  }
}

/** The spans in which a disk kept the lines of a process until that was killed: from the disk's fault to the next process. */
function lossesOf(processes: Observations["processes"], held: readonly Span[]): readonly Span[] {
  return held.flatMap(({ fromMs, toMs }) =>
    processes
      .filter(({ process, atMs }) => processes.some((other) => other.process === process && other.atMs < atMs))
      .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs + RESTARTED_WITHIN_MS)
      .map(({ atMs }) => ({ fromMs, toMs: atMs })),
  );
}

/** Whether the log has said, before a moment, that the outage of a line is over; a line of no outage is about its own moment. */
function isOver(lines: readonly LogLine[], { pid, fields, atMs }: LogLine, beforeMs: number): boolean {
  const what = fields.outage ?? fields.degraded;
  return (
    what === undefined ||
    lines.some(
      (line) =>
        line.level === "info" &&
        line.pid === pid &&
        (line.fields.outage ?? line.fields.degraded) === what &&
        line.atMs > atMs &&
        line.atMs < beforeMs,
    )
  );
}

/** Tells which lines name a reason; null for reasons that the log need not have. */
function namingLines(reason: string): ((line: LogLine) => boolean) | null {
  const [, store] = STORE_REASON.exec(reason) ?? [];
  if (SERVERS_OWN.test(reason)) {
    return (line) => isWarning(line) && line.fields.degraded === reason;
  }
  if (store !== undefined) {
    return (line) => isWarning(line) && (line.fields.outage === store || line.fields.store === store);
  }
  if (reason === "queue_silent") {
    return (line) => isWarning(line) && line.fields.outage === "refresh queue";
  }
  const [, code] = WORKERS_REASON.exec(reason) ?? [];
  // A pause of one kind of calls is no warning.
  return code === undefined
    ? null
    : ({ process, level, fields }) =>
        process === "worker" && level !== "debug" && (fields.code === code || Object(fields.err).code === code);
}

function reasonsOf(answers: Observations["answers"]): readonly string[] {
  const reasons = new Set<string>();
  reasonSpans(answers, (reason) => {
    reasons.add(reason);
    return false;
  });
  return [...reasons];
}

/** What flaps is reported again; a process that starts anew begins a log of its own. */
function* repeated({ answers, lines, processor }: Observations, { faults }: Timeline): Generator<string> {
  const counts = new Map<string, number>();
  for (const { process, pid, level, fields } of lines) {
    const what = fields.outage ?? fields.degraded;
    if (level === "warn" && typeof what === "string") {
      const key = `process ${pid} (${process}): ${what}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  for (const [key, count] of counts) {
    const what = key.slice(key.lastIndexOf(" ") + 1);
    const spans = SERVERS_OWN.test(what) ? reasonSpans(answers, (each) => each === what).length : 0;
    // On a machine that is too busy, calls come too late by themselves.
    const most = Math.ceil((spans + 2 * faults.length + 1) * slowness(processor, 0, Number.POSITIVE_INFINITY));
    if (count > most) {
      yield `${count} warnings of ${key}, where ${most} would do`;
    }
  }
}

function* unended(seen: Observations): Generator<string> {
  // One that has only just begun is a busy machine's, and was not waited for.
  const open = openOutages(seen, (seen.answers.at(-1)?.endMs ?? 0) - OVER_WITHIN_MS);
  if (open.length > 0) {
    yield `the log has not said that these are over: ${open.join(", ")}`;
  }
}

function* flood({ lines, answers, periodMs }: Observations, { faults }: Timeline): Generator<string> {
  const warnings = lines.filter(isWarning);
  const endMs = answers.at(-1)?.endMs ?? 0;
  const periods = faults.reduce((sum, { beganMs, endedMs }) => sum + ((endedMs ?? endMs) - beganMs) / periodMs + 3, 0);
  const most = Math.ceil(faults.length * LINES_OF_FAULT + periods * LINES_OF_PERIOD);
  if (warnings.length > most) {
    const messages = new Map<string, number>();
    for (const { msg } of warnings) {
      messages.set(msg, (messages.get(msg) ?? 0) + 1);
    }
    const [commonest] = [...messages].toSorted(([, a], [, b]) => b - a);
    yield `${warnings.length} warnings and errors in the log, where ${most} would do; ${commonest?.[1]} times "${commonest?.[0]}"`;
  }
}
