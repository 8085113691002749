import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OPERATOR_EXIT, type OperatorExitCode } from "../operator/checks.ts";
import { type Attempt, createAttempt } from "./attempt.ts";
import { goBack } from "./go-back.ts";
import { deployedReleases, type Layout, type Release, releaseNames } from "./layout.ts";
import { STEPS, type StepName } from "./report.ts";
import type { Session } from "./session.ts";

const KEPT_RELEASES = 5;

export interface TakeOver {
  readonly exitCode: OperatorExitCode;
  /** Processes may run from the release's folder. */
  readonly isInUse: boolean;
}

/** Steps 4 to 8 with a release that lies in its folder. Any failure before the last links back, restarts and validates the old one. */
export async function takeOver(session: Session, release: Release): Promise<TakeOver> {
  const { dryRun, journal, report, old } = session;
  const attempt = createAttempt({ ...session, release });
  let at: StepName = "configuration";
  const step = (name: StepName, work: () => Promise<string>): Promise<void> => {
    at = name;
    journal?.note({ step: STEPS[name][0], to: release.name });
    return report.step(name, work);
  };
  try {
    await step("configuration", attempt.checkConfiguration);
    await step("rehearsal", attempt.rehearse);
    if (dryRun) {
      await attempt.close();
      report.end("would_deploy", OPERATOR_EXIT.well, describePlan(session, release));
      return { exitCode: OPERATOR_EXIT.well, isInUse: false };
    }
    await step("switch", attempt.switchOver);
    await step("validate", attempt.validate);
    await attempt.close();
  } catch (error) {
    await attempt.close();
    const isBack = await leave(session, attempt, { at, problem: messageOf(error) });
    return { exitCode: OPERATOR_EXIT.notWell, isInUse: !isBack };
  }
  try {
    await step("tidy", () => tidyUp(session, release));
  } catch {
    // It is said. What runs is the new release, which is valid: nothing leads back from here.
  }
  const before = old === null ? "" : `; the way back is: ${session.layout.current}/bin/pulseboard rollback ${old.name}`;
  report.end("deployed", OPERATOR_EXIT.well, `${release.build} runs from ${release.name}${before}`);
  return { exitCode: OPERATOR_EXIT.well, isInUse: true };
}

async function tidyUp({ layout, pm2, old }: Session, release: Release): Promise<string> {
  // First what matters at the next boot.
  await pm2.save();
  noteDeployed(layout, release);
  const removed = removeOldReleases(layout, old);
  return `PM2's list is kept for the next boot; ${removed.length === 0 ? "no release" : removed.join(", ")} removed`;
}

/**
 * What is left when a step has failed: the old release, untouched before the switch and brought back after it.
 *
 * @returns false when the way back failed too, and the new release may run
 */
async function leave(
  session: Session,
  attempt: Attempt,
  { at, problem }: { readonly at: StepName; readonly problem: string },
): Promise<boolean> {
  const { report, isUnsettled, old, dryRun, tools } = session;
  const [number, title] = STEPS[at];
  const wasSwitched = at === "switch" || at === "validate";
  const failure = `Step ${number} (${title}) failed: ${problem.replace(/\.$/, "")}.`;
  try {
    if ((wasSwitched || isUnsettled) && !dryRun) {
      await goBack({
        ...session,
        tools: { ...tools, signal: new AbortController().signal },
        wroteNewerSchema: attempt.wroteNewerSchema(),
        isServerReplaced: attempt.isServerReplaced(),
        settings: attempt.settings().url === "" ? null : attempt.settings(),
      });
    }
  } catch (error) {
    const why = messageOf(error);
    const cure = 'look at "pm2 status" and at PM2\'s logs';
    report.end("stuck", OPERATOR_EXIT.notWell, `${failure} The way back to ${old?.name} failed too: ${why}; ${cure}.`);
    return false;
  }
  const now = old === null ? "Nothing runs, as before" : `${old.name} runs`;
  const how = wasSwitched && old !== null ? " again" : "";
  report.end(wasSwitched ? "rolled_back" : "refused", OPERATOR_EXIT.notWell, `${failure} ${now}${how}.`);
  return true;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function describePlan({ layout, old }: Session, release: Release): string {
  return `A deploy would link ${layout.current} to releases/${release.name}${old === null ? "" : `, now ${old.name}`}, restart worker and server, and validate them. Nothing was changed.`;
}

function noteDeployed(layout: Layout, release: Release): void {
  const names = [...deployedReleases(layout).filter((name) => name !== release.name), release.name];
  const next = `${layout.deployedFile}.next`;
  writeFileSync(next, JSON.stringify(names.slice(-KEPT_RELEASES)));
  renameSync(next, layout.deployedFile);
}

/** Keeps the newest that proved good, and the way back, whatever has become of the list. */
export function removeOldReleases(layout: Layout, old: Release | null): readonly string[] {
  const kept = [...deployedReleases(layout), old?.name];
  const removed = releaseNames(layout).filter((name) => !kept.includes(name));
  for (const name of removed) {
    rmSync(join(layout.releases, name), { recursive: true, force: true });
  }
  return removed;
}
