import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { systemClock } from "@pulseboard/runtime";
import type { OperatorExitCode } from "../operator/checks.ts";
import { DeployError } from "./deploy-error.ts";
import { layoutOf, type Release } from "./layout.ts";
import { requireMemory } from "./memory.ts";
import { checkReleaseFile, unpackRelease } from "./release-file.ts";
import { run } from "./run.ts";
import { type Session, withSession } from "./session.ts";
import { takeOver } from "./take-over.ts";

export interface DeployOptions {
  /** The release's file. */
  readonly file: string;
  /** The folder of the layout. */
  readonly root: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Deploys a release's file on this machine: steps 1 to 8. Any failure leaves, or brings back, what ran before. */
export function deployLocally({ file, root, dryRun, json }: DeployOptions): Promise<OperatorExitCode> {
  const layout = layoutOf(root);
  const options = { layout, dryRun, json, name: `deploy of ${basename(file)}` };
  return withSession(options, async (session) => {
    const { report } = session;
    const workshop = dryRun ? mkdtempSync(join(tmpdir(), "pulseboard-deploy-")) : layout.releases;
    try {
      await report.step("file", async () => {
        const sha256 = await checkReleaseFile(file);
        return `${basename(file)} has the right SHA-256 (${sha256.slice(0, 12)}...)`;
      });
      const release = await bring(session, file, workshop);
      const { exitCode, isInUse } = await takeOver(session, release);
      if (!isInUse) {
        rmSync(release.folder, { recursive: true, force: true });
      }
      return exitCode;
    } finally {
      if (dryRun) {
        rmSync(workshop, { recursive: true, force: true });
      }
    }
  });
}

/** Links its settings, and makes the folder for what it stores. */
function prepare({ folder }: Release, { layout, dryRun }: Pick<Session, "layout" | "dryRun">): void {
  symlinkSync(dryRun ? layout.envFile : relative(folder, layout.envFile), join(folder, ".env"));
  if (!dryRun) {
    mkdirSync(layout.dataDirectory, { recursive: true });
  }
}

/** Copies and unpacks it among the releases, with its settings linked. */
async function bring(session: Session, file: string, workshop: string): Promise<Release> {
  const { report, tools } = session;
  // Its name begins with a dot: what is cut off here is removed by the next deploy.
  const copy = join(workshop, `.copy-${process.pid}.tgz`);
  let release: Release | null = null;
  try {
    await report.step("copy", async () => {
      copyFileSync(file, copy);
      copyFileSync(`${file}.sha256`, `${copy}.sha256`);
      await checkReleaseFile(copy);
      return `in ${workshop}`;
    });
    await report.step("unpack", async () => {
      const mib = requireMemory();
      const unpacked = await unpackRelease({
        file: copy,
        into: workshop,
        nowMs: systemClock.nowMs(),
        tar: (args) => run("tar", args, tools),
      });
      try {
        prepare(unpacked, session);
      } catch (error) {
        rmSync(unpacked.folder, { recursive: true, force: true });
        throw error;
      }
      release = unpacked;
      // A power cut after the switch must not find empty files.
      await run("sync", ["-f", unpacked.folder], tools);
      return `${unpacked.build} in ${unpacked.folder}${mib === null ? "" : `, with ${mib} MB of memory available`}`;
    });
  } finally {
    // Half of one would fill the disk on.
    rmSync(copy, { force: true });
    rmSync(`${copy}.sha256`, { force: true });
  }
  if (release === null) {
    throw new DeployError("nothing was unpacked");
  }
  return release;
}
