import type { Fault, Invariant, Violation } from "./contracts.mts";
import type { PlannedFault } from "./draw.mts";
import { EXCHANGE_BUDGET } from "./invariants/exchange-budget.mts";
import { observed } from "./invariants/invariants.mts";
import { LEDGER } from "./invariants/ledger.mts";
import { type CarriedOut, runPlan } from "./run-plan.mts";
import type { SeedResult } from "./seed-result.mts";
import { keepEvidence } from "./seed-result.mts";
import { PERIOD_MS } from "./stage/fault-durations.mts";
import { servedSequence, untilInOrder } from "./stage/in-order.mts";
import { startStage } from "./stage/stage.mts";
import { createTimeline } from "./stage/timeline.mts";
import { stageTools } from "./stage/tools.mts";

/** Until the first full publication, on a busy machine. Nothing is measured by it. */
export const FIRST_PUBLICATION_MS = 60_000;
/** The verdict on the recovery is an invariant's; the harness waits as long as a late one may take. */
const PATIENCE_FACTOR = 2;
const PATIENCE_MS = 5_000;

export const INVARIANTS: readonly Invariant[] = [observed, LEDGER, EXCHANGE_BUDGET];

/** A machine for tests has the tools. */
const isCi = (process.env.CI ?? "") !== "";

/** Runs a plan on a stage of its own. Never throws: what goes wrong is in the result. */
export async function runSeed(seed: number, plan: readonly PlannedFault[]): Promise<SeedResult> {
  const startedMs = performance.now();
  const { missing } = await stageTools();
  const reasonOf = ({ needs }: Fault): string | null => (needs === undefined ? null : (missing.get(needs) ?? null));
  const possible = plan.filter(({ fault }) => reasonOf(fault) === null);
  const skipped = plan.flatMap(({ fault }) => {
    const reason = reasonOf(fault);
    return reason === null ? [] : [{ name: fault.name, reason }];
  });
  const bound = longestBound(possible.map(({ fault }) => fault));
  const base = { seed, skipped, faults: [], inOrderAfterMs: null, recoveryMs: null, bound, facts: [] };
  if (skipped.length > 0 && isCi) {
    const what = skipped.map(({ name, reason }) => `"${name}" cannot be tried: ${reason}`).join("; ");
    return { ...base, outcome: "failed", violations: [{ invariant: "tools", what }], tookMs: 0 };
  }
  if (possible.length === 0) {
    return { ...base, outcome: "skipped", violations: [], tookMs: 0 };
  }
  const part = await runOnStage(seed, possible, bound.ms).catch((error: unknown) => ({
    violations: [{ invariant: "harness", what: describe(error) }],
  }));
  const outcome = part.violations.length === 0 ? "passed" : "failed";
  return { ...base, ...part, outcome, tookMs: Math.round(performance.now() - startedMs) };
}

type StagePart = Pick<SeedResult, "faults" | "inOrderAfterMs" | "recoveryMs" | "facts" | "violations">;

async function runOnStage(seed: number, plan: readonly PlannedFault[], boundMs: number): Promise<StagePart> {
  const startedMs = performance.now();
  const writer = createTimeline();
  const { stage, unexpectedEnds } = await startStage(seed, writer);
  const violations: Violation[] = [];
  const harness = (error: unknown): void => void violations.push({ invariant: "harness", what: describe(error) });
  let faults: readonly CarriedOut[] = [];
  let recoveryMs: number | null = null;
  let inOrderAfterMs: number | null = null;
  let facts: readonly string[] = [];
  try {
    await untilInOrder(stage, { aboveSequence: 0, withinMs: FIRST_PUBLICATION_MS });
    inOrderAfterMs = Math.round(performance.now() - startedMs);
    const watchers = await Promise.all(INVARIANTS.map((each) => each.watch(stage, writer.timeline)));
    faults = await runPlan(stage, plan, writer);
    const endedMs = performance.now();
    const served = await servedSequence(stage).catch(() => 0);
    const withinMs = PATIENCE_FACTOR * boundMs + PATIENCE_MS;
    recoveryMs = await untilInOrder(stage, { aboveSequence: served, withinMs }).then(
      ({ atMs }) => Math.round(atMs - endedMs),
      () => null,
    );
    // One after the other: a verdict that computes for long holds up the proxies, which another one may still be watching.
    for (const watcher of watchers) {
      violations.push(...(await watcher.verdict()));
    }
    facts = watchers.flatMap((each) => each.facts?.() ?? []);
  } catch (error) {
    harness(error);
  }
  for (const { fault, touched } of faults) {
    if (touched === 0) {
      violations.push({ invariant: "untouched", what: `"${fault.name}" has met nothing` });
    }
  }
  violations.push(...unexpectedEnds.map((what) => ({ invariant: "alive", what })));
  if (violations.length > 0) {
    await keepEvidence(stage, writer.timeline).catch(harness);
  }
  await stage.close().catch(harness);
  return {
    faults: faults.map(({ fault, ...rest }) => ({ name: fault.name, ...rest })),
    inOrderAfterMs,
    recoveryMs,
    facts,
    violations,
  };
}

/** Two periods, and the longest that a fault of the plan can leave running. */
export function longestBound(faults: readonly Fault[]): SeedResult["bound"] {
  const [longest] = faults.map(({ leaves }) => leaves).sort((a, b) => b.ms - a.ms);
  return { ms: 2 * PERIOD_MS + (longest?.ms ?? 0), what: `two periods and ${longest?.what ?? "nothing"}` };
}

export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
