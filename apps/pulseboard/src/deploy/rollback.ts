import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { installation } from "../installation/installation.ts";
import { OPERATOR_EXIT, type OperatorExitCode } from "../operator/checks.ts";
import { DeployError } from "./deploy-error.ts";
import { currentRelease, deployedReleases, layoutOf, type Release, readRelease, releaseNames } from "./layout.ts";
import { requireMemory } from "./memory.ts";
import { type Session, withSession } from "./session.ts";
import { takeOver } from "./take-over.ts";

export interface RollbackOptions {
  /** "0.1.0", or a release's whole name; null for the one that ran before. */
  readonly version: string | null;
  readonly root: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Goes back to a release that is there: steps 4 to 8. */
export function rollBackLocally({ version, root, dryRun, json }: RollbackOptions): Promise<OperatorExitCode> {
  const layout = layoutOf(root);
  const name = version === null ? "rollback" : `rollback to ${version}`;
  return withSession({ layout, dryRun, json, name }, async (session) => {
    const release = chooseRelease(session, version);
    requireMemory();
    const { exitCode } = await takeOver(session, release);
    return exitCode;
  });
}

/** @returns the folder of the layout that this program was deployed to; null where it was not deployed */
export function ownLayout(): string | null {
  const { root } = installation();
  const releases = dirname(root);
  return basename(releases) === "releases" && existsSync(join(releases, "../current")) ? dirname(releases) : null;
}

function chooseRelease({ layout, old, isUnsettled }: Session, version: string | null): Release {
  if (version === null && isUnsettled && old !== null) {
    return old;
  }
  const running = currentRelease(layout);
  const deployed = deployedReleases(layout);
  // The latest first; one that never proved good only if it is asked for by its name.
  const names = [
    ...new Set([...deployed.toReversed(), ...(version === null ? [] : releaseNames(layout).toReversed())]),
  ];
  const releases = names.flatMap((name) => readRelease(join(layout.releases, name)) ?? []);
  const wanted = releases.find((release) =>
    version === null ? release.name !== running : [release.name, release.version, release.build].includes(version),
  );
  if (wanted === undefined) {
    const there = releases.map((release) => release.name).join(", ") || "none";
    const what = version === null ? "no other release is there" : `no release ${version} is there`;
    throw new DeployError(`${what} (there: ${there})`, OPERATOR_EXIT.misused);
  }
  return wanted;
}
