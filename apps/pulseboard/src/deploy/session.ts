import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { systemClock } from "@pulseboard/runtime";
import { OPERATOR_EXIT, type OperatorExitCode } from "../operator/checks.ts";
import { DeployError } from "./deploy-error.ts";
import { type Journal, openJournal } from "./journal.ts";
import { currentRelease, deployedReleases, type Layout, type Release, readRelease } from "./layout.ts";
import { removeLeftPrograms } from "./left-programs.ts";
import { createPm2, type Pm2 } from "./pm2.ts";
import { removeHalfReleases } from "./release-file.ts";
import { createReport, type Report } from "./report.ts";
import { type RunOptions, withoutSettings } from "./run.ts";
import { requireSettings } from "./settings.ts";

export interface SessionOptions {
  readonly layout: Layout;
  readonly dryRun: boolean;
  readonly json: boolean;
  /** "deploy of pulseboard-0.2.0.tgz", for people. */
  readonly name: string;
}

/** A deploy or a rollback under way, alone in its layout. */
export interface Session {
  readonly layout: Layout;
  readonly dryRun: boolean;
  /** Null in a dry run. */
  readonly journal: Journal | null;
  readonly report: Report;
  readonly pm2: Pm2;
  readonly tools: Pick<RunOptions, "env" | "signal" | "log">;
  /** Aborts the signal of `tools`. */
  readonly giveUp: (reason: DeployError) => void;
  /** The release to go back to; null where nothing ran before. */
  readonly old: Release | null;
  /** An earlier deploy was cut off after it had begun to switch: what runs may not be `old`. */
  readonly isUnsettled: boolean;
}

const KEPT_LOGS = 20;
const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const FIRST_SWITCHING_STEP = 6;

/** Runs `work` with everything that it needs, and alone; says how it ended. */
export async function withSession(
  options: SessionOptions,
  work: (session: Session) => Promise<OperatorExitCode>,
): Promise<OperatorExitCode> {
  const { layout, dryRun, json, name } = options;
  let logFile: string | null = null;
  const report = createReport({ json, logFile: () => logFile });
  let journal: Journal | null = null;
  const ending = new AbortController();
  const giveUp = (reason: DeployError): void => ending.abort(reason);
  const onSignal = (signal: NodeJS.Signals): void => giveUp(new DeployError(`ended by ${signal}`));
  for (const signal of ENDING_SIGNALS) {
    process.on(signal, onSignal);
  }
  try {
    requirePlace(layout);
    if (!dryRun) {
      mkdirSync(layout.releases, { recursive: true });
      journal = openJournal(layout);
      logFile = openLog(layout);
      await removeHalfReleases(layout);
      removeLeftPrograms(layout);
    }
    const env = { ...withoutSettings(process.env), PM2_DISABLE_VERSION_CHECK: "1" };
    const pm2 = createPm2(layout, { env, log: report.log });
    await pm2.requireOurs();
    const { old, isUnsettled } = whatRan(layout, journal, report);
    journal?.note({ from: old?.name ?? null });
    report.log(name);
    const tools = { env, signal: ending.signal, log: report.log };
    return await work({ layout, dryRun, journal, report, pm2, tools, giveUp, old, isUnsettled });
  } catch (error) {
    journal?.handBack();
    journal = null;
    const problem = asProblem(error);
    report.end("refused", problem.exitCode, `The ${name} has changed nothing: ${problem.message}.`);
    return problem.exitCode;
  } finally {
    journal?.close();
    for (const signal of ENDING_SIGNALS) {
      process.off(signal, onSignal);
    }
  }
}

/** By the system's own word. */
const CURES: Readonly<Record<string, string>> = {
  ENOSPC: "free some space",
  EDQUOT: "free some space",
  EROFS: "mount it so that it can be written",
  EACCES: "give this user the right to it",
  EPERM: "give this user the right to it",
};

/** What the system refuses (a full disk, missing rights) is no defect. @throws anything else */
function asProblem(error: unknown): DeployError {
  if (error instanceof DeployError) {
    return error;
  }
  if (error instanceof Error && "syscall" in error) {
    const cure = "code" in error ? CURES[String(error.code)] : undefined;
    return new DeployError(cure === undefined ? error.message : `${error.message}: ${cure}`);
  }
  throw error;
}

/** @throws DeployError when the folder is not prepared for a deploy */
function requirePlace(layout: Layout): void {
  requireSettings(layout);
  if (!existsSync(layout.pm2)) {
    throw new DeployError(
      `PM2 is not in ${layout.root}: run npm install --prefix "${join(layout.root, "pm2")}" pm2@7 once`,
      OPERATOR_EXIT.misused,
    );
  }
}

/** What a deploy that was cut off in the middle of its switch has left is no release to go back to. */
function whatRan(layout: Layout, journal: Journal | null, report: Report): Pick<Session, "old" | "isUnsettled"> {
  const read = (name: string | null): Release | null =>
    name === null ? null : readRelease(join(layout.releases, name));
  const unfinished = journal?.unfinished ?? null;
  if (unfinished?.step === null) {
    // It may have been cut off in the middle of its switch: the last that proved good is the one to go back to.
    const old = read(unfinished.from ?? deployedReleases(layout).at(-1) ?? currentRelease(layout));
    const back =
      old === null ? "no release is there to go back to" : `the way back is ${old.name}, the last that proved good`;
    report.say(
      `${layout.lockFile} was damaged, perhaps by a power cut, and no longer says how far an earlier run came; ${back}`,
    );
    return { old, isUnsettled: old !== null };
  }
  const isUnsettled = unfinished !== null && unfinished.step >= FIRST_SWITCHING_STEP;
  const old = read(isUnsettled ? unfinished.from : currentRelease(layout));
  if (unfinished !== null) {
    const back = old === null ? "nothing ran before it" : `${old.name} ran before it`;
    report.say(`An earlier run was cut off in step ${unfinished.step}; ${back}`);
  }
  return { old, isUnsettled };
}

function openLog({ logs }: Layout): string {
  mkdirSync(logs, { recursive: true });
  for (const name of readdirSync(logs)
    .sort()
    .reverse()
    .slice(KEPT_LOGS - 1)) {
    rmSync(join(logs, basename(name)));
  }
  const stamp = new Date(systemClock.nowMs()).toISOString().replace(/[-:]|\.\d+Z$/g, "");
  return join(logs, `deploy-${stamp}-${process.pid}.log`);
}
