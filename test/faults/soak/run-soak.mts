import { setTimeout as delay } from "node:timers/promises";
import { createRandom } from "@pulseboard/testing/random";
import { CATALOGUE } from "../catalogue.mts";
import type { Fault, Stage, Timeline, Violation } from "../contracts.mts";
import { onlyNamed } from "../draw.mts";
import { runPlan } from "../run-plan.mts";
import { describe, FIRST_PUBLICATION_MS, INVARIANTS, longestBound } from "../run-seed.mts";
import { keepEvidence } from "../seed-result.mts";
import { PERIOD_MS } from "../stage/fault-durations.mts";
import { servedSequence, untilInOrder } from "../stage/in-order.mts";
import { startStage } from "../stage/stage.mts";
import { createTimeline, type TimelineWriter } from "../stage/timeline.mts";
import { stageTools } from "../stage/tools.mts";
import type { SoakFault, SoakResult } from "./soak-result.mts";
import { takeLogBytes, takeSamples } from "./take-samples.mts";

/** One fault in each of these times. */
const FAULT_EVERY_MS = 120_000;
/** The invariants watch for so long before the fault. */
const BEFORE_MS = 2 * PERIOD_MS;
/** For the verdict, and until all is calm before the next fault. */
const VERDICT_MS = 25_000;
const PATIENCE_MS = 10 * PERIOD_MS;

/**
 * Faults that start worker, server or Redis anew, or empty it: how the memory of a process and the keys of a store develop over half an
 * hour can be seen only of those that live so long. `npm run test:faults` has them.
 */
const STARTS_ANEW = /^kill (worker|server|redis)|\bstarts?\b|^redis: (flushed|.*\bempty\b|an older copy)/;

export interface SoakOptions {
  readonly seed: number;
  readonly minutes: number;
  /** Only faults whose names contain this. */
  readonly only: string;
}

/** Runs the stage of a soak for so many minutes, and breaks something every two minutes. */
export async function runSoak({ seed, minutes, only }: SoakOptions): Promise<SoakResult> {
  const writer = createTimeline();
  const { stage, unexpectedEnds } = await startStage(seed, writer);
  const problems: string[] = [];
  const faults: SoakFault[] = [];
  const logBytes = { worker: 0, server: 0 };
  const countLogs = (): void => {
    logBytes.worker += takeLogBytes(stage, "worker");
    logBytes.server += takeLogBytes(stage, "server");
  };
  const next = await drawFaults(seed, only);
  let samples: SoakResult["samples"] = [];
  try {
    await untilInOrder(stage, { aboveSequence: 0, withinMs: FIRST_PUBLICATION_MS });
    const startMs = performance.now();
    const sampler = await takeSamples(stage);
    try {
      for (let round = 0; round < Math.floor((minutes * 60_000) / FAULT_EVERY_MS); round += 1) {
        const endMs = startMs + (round + 1) * FAULT_EVERY_MS;
        countLogs();
        const found = await runRound({ stage, writer, fault: next(), startMs, endMs });
        faults.push(found);
        console.log(describeFault(found));
        await delay(Math.max(0, endMs - performance.now()));
      }
      await delay(Math.max(0, startMs + minutes * 60_000 - performance.now()));
    } finally {
      samples = await sampler.stop();
    }
    countLogs();
  } catch (error) {
    problems.push(describe(error));
  }
  problems.push(...unexpectedEnds);
  await stage.close().catch((error: unknown) => problems.push(describe(error)));
  return { seed, minutes, samples, faults, logBytes, problems };
}

interface Round {
  readonly stage: Stage;
  readonly writer: TimelineWriter;
  readonly fault: Fault;
  readonly startMs: number;
  readonly endMs: number;
}

/** Watches all invariants through one fault, from before it until the next one is near. */
async function runRound({ stage, writer, fault, startMs, endMs }: Round): Promise<SoakFault> {
  const bound = longestBound([fault]);
  await untilInOrder(stage, { aboveSequence: 0, withinMs: PATIENCE_MS });
  const timeline = fromNowOn(writer.timeline);
  const watchers = await Promise.all(INVARIANTS.map((each) => each.watch(stage, timeline)));
  const beginMs = BEFORE_MS;
  // A fault may be met only by what is written once in a period, and one that goes both ways needs that for each.
  const leastMs = Math.max(fault.lastsAtLeastMs, 3 * PERIOD_MS);
  const lastsMs = leastMs + Math.round(stage.random.uniform() * 2 * PERIOD_MS);
  const beganAtMs = performance.now();
  const [done] = await runPlan(stage, [{ fault, beginMs, endMs: beginMs + lastsMs }], writer);
  const endedMs = performance.now();
  const served = await servedSequence(stage).catch(() => 0);
  const recoveryMs = await untilInOrder(stage, { aboveSequence: served, withinMs: 2 * bound.ms + PATIENCE_MS }).then(
    ({ atMs }) => Math.round(atMs - endedMs),
    () => null,
  );
  await delay(Math.max(0, endMs - VERDICT_MS - performance.now()));
  const violations: Violation[] = [];
  // One after the other: the ledger computes a market again, in the thread that the proxies share.
  for (const watcher of watchers) {
    violations.push(...(await watcher.verdict()));
  }
  const touched = done?.touched ?? 0;
  if (touched === 0) {
    violations.push({ invariant: "untouched", what: `"${fault.name}" has met nothing` });
  }
  if (violations.length > 0) {
    await keepEvidence(stage, timeline);
  }
  return {
    name: fault.name,
    minute: (beganAtMs - startMs) / 60_000,
    lastedMs: (done?.endedMs ?? 0) - (done?.beganMs ?? 0),
    touched,
    recoveryMs,
    bound,
    facts: watchers.flatMap((each) => each.facts?.() ?? []),
    violations,
  };
}

/** The part of the record that comes from now on: a bound of an earlier fault is no excuse for a later one. */
function fromNowOn(timeline: Timeline): Timeline {
  const [faults, unanswered, serverAway, clockSets] = [
    timeline.faults.length,
    timeline.unanswered.length,
    timeline.serverAway.length,
    timeline.clockSets.length,
  ];
  return {
    get faults() {
      return timeline.faults.slice(faults);
    },
    get unanswered() {
      return timeline.unanswered.slice(unanswered);
    },
    get serverAway() {
      return timeline.serverAway.slice(serverAway);
    },
    get clockSets() {
      return timeline.clockSets.slice(clockSets);
    },
  };
}

/** Goes around the subjects, with another fault of each every time; the same ones for the same seed. */
async function drawFaults(seed: number, only: string): Promise<() => Fault> {
  const { missing } = await stageTools();
  const random = createRandom(seed);
  const subjects = onlyNamed(CATALOGUE, only)
    .map((faults) =>
      faults.filter(({ name, needs }) => !STARTS_ANEW.test(name) && (needs === undefined || !missing.has(needs))),
    )
    .filter((faults) => faults.length > 0);
  const left = subjects.map((faults) => [...faults]);
  let turn = random.below(subjects.length);
  return () => {
    const at = turn % subjects.length;
    turn += 1;
    if (left[at]?.length === 0) {
      left[at] = [...(subjects[at] ?? [])];
    }
    const [fault] = left[at]?.splice(random.below(left[at].length), 1) ?? [];
    if (fault === undefined) {
      throw new Error("There is no fault to draw from");
    }
    return fault;
  };
}

function describeFault({ name, minute, recoveryMs, bound, violations, facts }: SoakFault): string {
  const recovery = recoveryMs === null ? "not recovered" : `recovered in ${recoveryMs} ms`;
  const line = `minute ${minute.toFixed(1)}: ${name}; ${recovery}, bound ${bound.ms} ms; ${violations.length === 0 ? "held" : "BROKEN"}`;
  const broken = violations.map(({ invariant, what }) => `  ${invariant}: ${what}`);
  return [line, ...broken, ...(broken.length === 0 ? [] : facts.map((fact) => `  (${fact})`))].join("\n");
}
