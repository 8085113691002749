import type { Timeline, Violation } from "../contracts.mts";
import { type Answer, MOBILE_PATH, machineDelayMs, type Observations, slowness } from "./observations.mts";
import { parseJson } from "./parse-json.mts";

/** A look at the data takes up to this: the client asks for them every 40 ms, and a snapshot is prepared. */
const SEEN_WITHIN_MS = 300;

/** How many of the scored symbols the whole snapshot lists. */
const MOST_LISTED = 20;

/** How recovery went, and how long it may have taken. */
export interface Recovery {
  /** The end of the last fault. */
  readonly fromMs: number;
  /** Null while it has not come. */
  readonly tookMs: number | null;
  readonly boundMs: number;
  /** How many times longer things took than on an idle machine; the bound counts so many times. */
  readonly slowness: number;
  /** What the bound is made of. */
  readonly bound: string;
}

/**
 * I5: once the last fault has ended, data are fresh within two periods plus the longest bound of the program that a fault leaves running:
 * `stale` is false, the sequence is higher than any that was served before, every section is fresh, and all symbols are scored.
 */
export function judgeRecovery(seen: Observations, timeline: Timeline): readonly Violation[] {
  const recovery = measureRecovery(seen, timeline);
  const { fromMs, tookMs, boundMs } = recovery;
  const allowedMs = boundMs * recovery.slowness + SEEN_WITHIN_MS + machineDelayMs(seen.bare, fromMs, fromMs + boundMs);
  if (tookMs !== null && tookMs <= allowedMs) {
    return [];
  }
  const last = tookMs === null ? `: ${describeLast(seen)}` : "";
  return [{ invariant: "I5", what: `${describe(recovery)}${last}` }];
}

/** "I5: fresh after 812 ms; may take 3300 ms: two periods, and 1300 ms (Redis answers the publisher)". */
export function describeRecovery(seen: Observations, timeline: Timeline): string {
  return `I5: ${describe(measureRecovery(seen, timeline))}`;
}

function describe({ tookMs, boundMs, bound, slowness: times }: Recovery): string {
  const how = tookMs === null ? "not fresh yet" : `fresh after ${Math.round(tookMs)} ms`;
  const machine = times < 1.2 ? "" : `, ${times.toFixed(1)} times as the machine was busy`;
  return `${how}; may take ${Math.round(boundMs)} ms (${bound})${machine}`;
}

/** Measures the time from the end of the last fault to the first answer that is in order. */
export function measureRecovery(seen: Observations, { faults }: Timeline): Recovery {
  const { answers, processor, periodMs } = seen;
  const fromMs = Math.max(0, ...faults.map(({ endedMs }) => endedMs ?? Number.POSITIVE_INFINITY));
  const longest = faults.map(({ fault }) => fault.leaves).toSorted((a, b) => b.ms - a.ms)[0];
  const { ms, what } = longest ?? { ms: 0, what: "nothing" };
  const served = answers.filter(({ path, endMs }) => path === MOBILE_PATH && endMs <= fromMs);
  const before = Math.max(0, ...served.map(({ sequence }) => sequence ?? 0));
  const inOrder = answers.find(
    (answer) => answer.sentMs >= fromMs && (answer.sequence ?? 0) > before && isInOrder(seen, answer),
  );
  const untilMs = inOrder?.endMs ?? answers.at(-1)?.endMs ?? fromMs;
  return {
    fromMs,
    tookMs: inOrder === undefined ? null : inOrder.endMs - fromMs,
    boundMs: 2 * periodMs + ms,
    slowness: slowness(processor, fromMs, untilMs),
    bound: `two periods, and ${what}: ${ms} ms`,
  };
}

/** By the text of a body, which many answers share: recovery is measured again and again while it is waited for. */
const inOrderTexts = new WeakMap<Observations, Map<string, boolean>>();

function isInOrder(seen: Observations, { path, error, text }: Answer): boolean {
  if (path !== MOBILE_PATH || error !== null || text === null) {
    return false;
  }
  const texts = inOrderTexts.get(seen) ?? new Map<string, boolean>();
  inOrderTexts.set(seen, texts);
  const isFound = texts.get(text) ?? isBodyInOrder(text, seen.symbols);
  texts.set(text, isFound);
  return isFound;
}

function isBodyInOrder(text: string, symbols: number): boolean {
  const { stale, sections, confluence_scores: scores } = Object(parseJson(text));
  const isFresh = (section: unknown): boolean => Object(section).stale === false;
  return (
    stale === false && scores?.length === Math.min(symbols, MOST_LISTED) && Object.values(sections ?? {}).every(isFresh)
  );
}

function describeLast({ answers }: Observations): string {
  const last = answers.findLast(({ path, text }) => path === MOBILE_PATH && text !== null);
  const { sequence, stale, sections, confluence_scores: scores } = Object(parseJson(last?.text ?? ""));
  const old = Object.entries(sections ?? {}).flatMap(([name, section]) =>
    Object(section).stale === true ? [name] : [],
  );
  return `sequence ${sequence}, stale ${stale}, old sections [${old}], ${scores?.length} symbols`;
}
