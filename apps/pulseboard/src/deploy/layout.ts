import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  symlinkSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";

/** Where everything of a deployed installation lies. */
export interface Layout {
  readonly root: string;
  /** A folder for each release, named VERSION-TIMESTAMP. */
  readonly releases: string;
  /** The link to the release that runs. */
  readonly current: string;
  /** Settings and data, which outlive every release. */
  readonly envFile: string;
  readonly dataDirectory: string;
  /** PM2's program, outside of the releases: the unit that starts it at boot names it. */
  readonly pm2: string;
  /** What `--to` has copied, and the programs that deploy it. */
  readonly incoming: string;
  /** One file for each deploy and rollback. */
  readonly logs: string;
  /** There while a deploy runs, and after one that was cut off. */
  readonly lockFile: string;
  /** The releases that were switched to and proved good, the newest last. */
  readonly deployedFile: string;
}

/** A release in its folder. */
export interface Release {
  /** The folder's name: "0.2.0-20260501T101500". */
  readonly name: string;
  readonly folder: string;
  readonly version: string;
  /** As `validate --version` takes it: "0.2.0+abc1234". */
  readonly build: string;
}

const VERSION = /^\d[\w.+-]*$/;

/** The layout in this folder. Links are resolved, as Node does it in the paths that PM2 gets. */
export function layoutOf(folder: string): Layout {
  const root = existsSync(folder) ? realpathSync(folder) : resolve(folder);
  return {
    root,
    releases: join(root, "releases"),
    current: join(root, "current"),
    envFile: join(root, "shared/.env"),
    dataDirectory: join(root, "shared/data"),
    pm2: join(root, "pm2/node_modules/pm2/bin/pm2"),
    incoming: join(root, "incoming"),
    logs: join(root, "logs"),
    lockFile: join(root, "deploy.lock"),
    deployedFile: join(root, "deployed.json"),
  };
}

/** @returns the release in this folder; null where the folder has none */
export function readRelease(folder: string): Release | null {
  try {
    const { name, version, commit } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    // A link, or a version that is a path, would lead out of `releases`.
    const isOne = name === "pulseboard" && typeof version === "string" && VERSION.test(version);
    if (!isOne || !lstatSync(folder).isDirectory() || lstatSync(programOf(folder)).isDirectory()) {
      return null;
    }
    const build = typeof commit === "string" && commit !== "unknown" ? `${version}+${commit}` : version;
    return { name: basename(folder), folder, version, build };
  } catch {
    // No release, or half of one.
    return null;
  }
}

/** The file that Node runs. */
export function programOf(folder: string): string {
  return join(folder, "dist/pulseboard.mjs");
}

/** The names of the releases' folders: neither those in the making, nor what somebody else has put there. */
export function releaseNames({ releases }: Layout): readonly string[] {
  return readdirSync(releases)
    .filter((name) => /^\d.*-\d{8}T\d{6}$/.test(name))
    .sort();
}

/** @returns the name of the release that `current` leads to; null where there is none */
export function currentRelease({ current }: Layout): string | null {
  try {
    return basename(readlinkSync(current));
  } catch {
    return null;
  }
}

/** Points `current` at a release; at each moment the link leads to one or to the other. */
export function linkCurrent({ current }: Layout, name: string): void {
  const next = `${current}.next-${process.pid}`;
  symlinkSync(join("releases", name), next);
  renameSync(next, current);
}

/** @returns the releases that proved good, the newest last */
export function deployedReleases({ deployedFile }: Layout): readonly string[] {
  try {
    const names: unknown = JSON.parse(readFileSync(deployedFile, "utf8"));
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  } catch {
    // The first deploy.
    return [];
  }
}
