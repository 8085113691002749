import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { isRecord } from "@pulseboard/runtime";
import { isAlive, pm2Home } from "./pm2-home.ts";

/** One process under PM2. */
export interface Pm2App {
  readonly name: string;
  /** "online", "errored", "stopped" ... */
  readonly status: string;
  /** Ends that were none of PM2's own in the last hour, and those for too much memory. */
  readonly crashes: number;
  readonly logBytes: number;
}

/** The unit that starts PM2 at boot. */
export interface BootUnit {
  readonly path: string;
  /** The program that it starts. */
  readonly program: string;
  readonly exists: boolean;
  /** It lies where a clean-up, an installation or the next release removes it. */
  readonly isFleeting: boolean;
}

export interface Pm2Readings {
  readonly apps: readonly Pm2App[];
  /** Null: there is none. */
  readonly unit: BootUnit | null;
  /** Whether systemd runs this machine. */
  readonly hasSystemd: boolean;
  /** The processes that `pm2 save` has written down; null when it never did. */
  readonly saved: readonly string[] | null;
  readonly isRotated: boolean;
}

export interface Pm2Places {
  /** The program's own folder. */
  readonly root: string;
  /** PM2_HOME. */
  readonly home: string;
  /** Where systemd has its units. */
  readonly unitFolder: string;
  readonly logrotateFolder: string;
}

const HOUR_MS = 3_600_000;
const JLIST_MS = 6_000;
/** The end of PM2's own log that is read. */
const LOG_TAIL_BYTES = 1_000_000;

export function pm2Places(root: string, env: NodeJS.ProcessEnv): Pm2Places {
  return { root, home: pm2Home(env), unitFolder: "/etc/systemd/system", logrotateFolder: "/etc/logrotate.d" };
}

/** What PM2 says. Null where its daemon does not run: its command line would start one. */
export async function readPm2(places: Pm2Places, nowMs: number): Promise<Pm2Readings | null> {
  const { root, home, unitFolder, logrotateFolder } = places;
  if (!isAlive(join(home, "pm2.pid"))) {
    return null;
  }
  const list = await listApps(places);
  const ours = list.filter(({ name }) => name.startsWith("pulseboard"));
  const log = tailOf(join(home, "pm2.log"));
  const dump: unknown = parseJson(read(join(home, "dump.pm2")) ?? "");
  return {
    apps: ours.map(({ name, pm2_env }) => ({
      name,
      status: String(pm2_env.status),
      crashes: crashesOf(name, String(pm2_env.pm_id), log, nowMs),
      logBytes: [...new Set([pm2_env.pm_out_log_path, pm2_env.pm_err_log_path])].reduce<number>(
        (sum, path) => sum + sizeOf(String(path)),
        0,
      ),
    })),
    unit: await findUnit(unitFolder, root),
    hasSystemd: existsSync("/run/systemd/system"),
    saved: Array.isArray(dump) ? dump.map((app) => String(Object(app).name)) : null,
    isRotated: list.some(({ name }) => name === "pm2-logrotate") || (await isInLogrotate(logrotateFolder, home)),
  };
}

interface Listed {
  readonly name: string;
  readonly pm2_env: Readonly<Record<string, unknown>>;
}

async function listApps({ root, home }: Pm2Places): Promise<readonly Listed[]> {
  const program = findPm2(root);
  if (program === null) {
    return [];
  }
  const { stdout } = await promisify(execFile)(process.execPath, [program, "jlist"], {
    env: { ...process.env, PM2_HOME: home, PM2_DISABLE_VERSION_CHECK: "1" },
    timeout: JLIST_MS,
    maxBuffer: 50_000_000,
  });
  const list: unknown = parseJson(stdout.slice(stdout.indexOf("[{")));
  return Array.isArray(list) ? list.filter(isListed) : [];
}

function isListed(value: unknown): value is Listed {
  return isRecord(value) && typeof value.name === "string" && isRecord(value.pm2_env);
}

/** Beside the releases, in the checkout, or wherever the shell finds it. */
function findPm2(root: string): string | null {
  const inPackage = "node_modules/pm2/bin/pm2";
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "pm2"));
  const places = [join(dirname(dirname(root)), "pm2", inPackage), join(root, inPackage), ...onPath];
  return places.find((place) => existsSync(place)) ?? null;
}

/**
 * Counts in PM2's own log, whose times are local, such as "2026-11-30T18:00:00: PM2 log: App [pulseboard-server:1] exited with code [1]
 * via signal [SIGINT]". An end for too much memory is in order, and PM2 names its cause on a line before, by the process's number.
 */
function crashesOf(name: string, id: string, log: string, nowMs: number): number {
  return log.split("\n").filter((line) => {
    const [, at = "", text = ""] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d): PM2 (?:log|error): (.*)$/.exec(line) ?? [];
    const [, app, code, signal] = /^App \[(.+):\d+\] exited with code \[(.*)\] via signal \[(.*)\]/.exec(text) ?? [];
    const isEnd = app === name && (code !== "0" || signal === "SIGKILL");
    return nowMs - Date.parse(at) < HOUR_MS && (isEnd || text.includes(`Process ${id} restarted because it exceeds`));
  }).length;
}

async function findUnit(folder: string, root: string): Promise<BootUnit | null> {
  const names = await readdir(folder).catch((): string[] => []);
  const units = names.filter((name) => /^pm2-.+\.service$/.test(name));
  const own = `pm2-${userInfo().username}.service`;
  const name = units.find((each) => each === own) ?? units[0];
  if (name === undefined) {
    return null;
  }
  const path = join(folder, name);
  const [, program = ""] = /^ExecStart=(\S+)/m.exec(read(path) ?? "") ?? [];
  const isFleeting = /\/_npx\/|\/releases\//.test(program) || program.startsWith(`${root}/`);
  return { path, program, exists: existsSync(program), isFleeting };
}

async function isInLogrotate(folder: string, home: string): Promise<boolean> {
  const names = await readdir(folder).catch((): string[] => []);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8").catch(() => "")));
  return texts.some((text) => text.includes(home) || text.includes("/.pm2/logs"));
}

function tailOf(path: string): string {
  return (read(path) ?? "").slice(-LOG_TAIL_BYTES);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Null for what cannot be read: it then says nothing. */
function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
