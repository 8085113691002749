import { spawn } from "node:child_process";
import { basename, resolve } from "node:path";
import { OPERATOR_EXIT, type OperatorExitCode } from "../operator/checks.ts";
import type { DeployOptions } from "./deploy.ts";
import { DeployError } from "./deploy-error.ts";
import { PROGRAM_FOLDER } from "./left-programs.ts";
import { checkReleaseFile } from "./release-file.ts";
import { createReport, type Report } from "./report.ts";
import type { RollbackOptions } from "./rollback.ts";

export interface RemoteTarget {
  /** As ssh takes it: "user@host", or a name of ~/.ssh/config. */
  readonly host: string;
  /** The folder of the layout there; a relative one counts from the user's home. */
  readonly folder: string;
}

/** @returns null when the text is not HOST:DIR */
export function readTarget(text: string): RemoteTarget | null {
  const [, host, written] = /^([^:/\s-][^:/\s]*):(.+)$/s.exec(text) ?? [];
  const folder = written?.replace(/^~(?:\/+|$)/, "");
  // The home of somebody else: only the shell there knows where it is, and it gets the name in quotes.
  if (host === undefined || folder === undefined || folder.startsWith("~")) {
    return null;
  }
  // With a dot before it, it is no option of any program there.
  return { host, folder: folder.startsWith("/") ? folder : `./${folder}` };
}

/** ssh's own code for a host that it does not reach. */
const NOT_REACHED = 255;

/** Copies a release's file to a machine, and deploys it there by the release's own code. */
export async function deployRemotely(
  target: RemoteTarget,
  options: Omit<DeployOptions, "root">,
): Promise<OperatorExitCode> {
  const { file, dryRun, json } = options;
  const report = createReport({ json, logFile: () => null });
  const name = basename(file);
  const incoming = `${target.folder.replace(/\/+$/, "")}/incoming`;
  try {
    // Not a relative one: before a colon rsync would see a host, and after a hyphen an option.
    const path = resolve(file);
    const sha256 = await checkReleaseFile(path);
    await ssh(target, `mkdir -p ${quote(incoming)}`);
    const copied = await spawnThrough("rsync", [
      "-t",
      "--partial",
      // A shell there must not read the folder's name.
      "--protect-args",
      path,
      `${path}.sha256`,
      `${target.host}:${incoming}/`,
    ]);
    if (copied !== 0) {
      throw new DeployError(
        `rsync has not copied ${name} to ${target.host} (it ended with ${copied})`,
        OPERATOR_EXIT.notSeen,
      );
    }
    report.say(`${name} is on ${target.host}; the steps are its own:`);
    const flags = [...(dryRun ? ["--dry-run"] : []), ...(json ? ["--json"] : [])].join(" ");
    // In a folder of its own, because a deploy copies and unpacks the file again where it belongs, and all of this goes.
    const script = `cd ${quote(incoming)} && file=${quote(`./${name}`)} && work=$(mktemp -d ./${PROGRAM_FOLDER}$$-XXXXXX) &&
trap 'rm -rf "$work" "$file" "$file.sha256"' EXIT && echo ${quote(`${sha256}  ./${name}`)} | sha256sum --quiet -c - &&
tar -xzf "$file" -C "$work" --strip-components=1 --no-same-owner &&
"$work/bin/pulseboard" deploy "$file" --local .. ${flags}`;
    return await ssh(target, script);
  } catch (error) {
    return refuse(error, report);
  }
}

/** Rolls back on a machine, by the code of the release that runs there. */
export async function rollBackRemotely(
  target: RemoteTarget,
  options: Omit<RollbackOptions, "root">,
): Promise<OperatorExitCode> {
  const { version, dryRun, json } = options;
  const report = createReport({ json, logFile: () => null });
  const flags = [...(dryRun ? ["--dry-run"] : []), ...(json ? ["--json"] : [])].join(" ");
  const wanted = version === null ? "" : quote(version);
  try {
    const script = `cd ${quote(target.folder)} && if [ -x current/bin/pulseboard ]
then exec current/bin/pulseboard rollback ${wanted} --local . ${flags}
else echo ${quote(`nothing was deployed to ${target.folder}`)} >&2; exit ${OPERATOR_EXIT.misused}
fi`;
    return await ssh(target, script);
  } catch (error) {
    return refuse(error, report);
  }
}

function refuse(error: unknown, report: Report): OperatorExitCode {
  if (!(error instanceof DeployError)) {
    throw error;
  }
  report.end("refused", error.exitCode, `Nothing was changed: ${error.message}.`);
  return error.exitCode;
}

/** @returns the exit code of the command there. @throws DeployError when the host is not reached */
async function ssh({ host }: RemoteTarget, command: string): Promise<OperatorExitCode> {
  const code = await spawnThrough("ssh", [host, command]);
  if (code === NOT_REACHED) {
    throw new DeployError(`ssh does not reach ${host}`, OPERATOR_EXIT.notSeen);
  }
  return Object.values(OPERATOR_EXIT).find((each) => each === code) ?? OPERATOR_EXIT.notWell;
}

/** Runs a program whose output is ours, and whose questions (a password, a host's key) the operator answers. */
function spawnThrough(program: string, args: readonly string[]): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: "inherit" });
    child.once("error", (error) =>
      failed(new DeployError(`${program} cannot be run: ${error.message}`, OPERATOR_EXIT.notSeen)),
    );
    child.once("close", (code) => done(code ?? OPERATOR_EXIT.notWell));
  });
}

/** For the shell there. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
