import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { findFreePort } from "@pulseboard/testing/free-port";
import { startMemcached, startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { ROOT, simulated, startSimulatorProgram } from "./program.mts";
import { builtRelease, unpack } from "./release.mts";

export interface Ended {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly output: string;
}

/** When a command gets a signal. */
export interface Moment {
  readonly pattern: RegExp;
  readonly afterMs: number;
  readonly signal: NodeJS.Signals;
}

export interface Processes {
  readonly worker: number;
  readonly server: number;
}

/** A machine to deploy to: the layout with PM2 and settings, Redis, memcached and a simulated exchange; nothing deployed yet. */
export interface DeployStage {
  /** The layout's folder. */
  readonly root: string;
  /** A folder for whatever a test makes. */
  readonly work: string;
  /** Where phones ask. */
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  readonly redis: TestRedis;
  /** A folder that is first in the path. */
  readonly bin: string;
  /** The program as an operator has it who has unpacked the first release. */
  readonly program: string;
  /** A release's file of this version; `change` edits its folder before it is packed. */
  release(version: string, change?: (folder: string) => void): string;
  /** Runs a command of the program to its end. */
  run(...args: readonly string[]): Promise<Ended>;
  /** Runs a command, and sends it a signal some time after its output matches. */
  runUntil(moment: Moment, ...args: readonly string[]): Promise<Ended>;
  /** Runs a command to its end, and calls with all of its output so far, each time there is more. */
  watch(onOutput: (text: string) => void, ...args: readonly string[]): Promise<Ended>;
  /** The process ids that PM2 knows. */
  processes(): Promise<Processes>;
  /** The release that `current` leads to. */
  current(): string;
  /** The releases that are there. */
  releases(): readonly string[];
  writeSettings(more?: string): void;
  stop(): Promise<void>;
}

/** A blank in its path: nothing may fall apart there. */
const LAYOUT = "Pulse board";

export async function createDeployStage(): Promise<DeployStage> {
  const folder = await createTemporaryFolder();
  const [built, redis, memcached] = [await builtRelease(), await startRedis(), await startMemcached()];
  const simulator = await startSimulatorProgram("--seed", "41");
  const work = join(folder.path, "work");
  mkdirSync(work);
  const base = unpack(built, work);
  const root = join(folder.path, LAYOUT);
  mkdirSync(join(root, "shared"), { recursive: true });
  mkdirSync(join(root, "pm2"));
  // As `npm install --prefix DIR/pm2 pm2@7` leaves it, without a registry.
  symlinkSync(join(ROOT, "node_modules"), join(root, "pm2/node_modules"));
  const port = await findFreePort();
  const settings = {
    PORT: String(port),
    HOST: "127.0.0.1",
    ADMIN_PORT: "0",
    REDIS_URL: redis.url,
    MEMCACHED_SERVERS: memcached.address,
    REFRESH_CRON: "*/5 * * * * *",
    // A busy machine needs longer than three periods of 5 s.
    FRESH_FOR_MS: "30000",
    SYMBOL_COUNT: "10",
    RATE_LIMIT_PER_MINUTE: "0",
    ...simulated(simulator.url, "./data"),
  };
  const writeSettings = (more = ""): void => {
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    writeFileSync(join(root, "shared/.env"), `${lines.join("\n")}\n${more}`, { mode: 0o600 });
  };
  writeSettings();
  // First in the path: a test may put programs of its own there.
  const bin = join(folder.path, "bin");
  mkdirSync(bin);
  const env = {
    PATH: `${bin}:${process.env.PATH ?? ""}`,
    HOME: folder.path,
    PM2_HOME: join(folder.path, "pm2"),
    // It must not count: a deploy's settings are in shared/.env alone.
    PORT: "1",
  };
  const program = join(base, "bin/pulseboard");
  const pm2 = (...args: readonly string[]): string =>
    execFileSync(process.execPath, [join(ROOT, "node_modules/pm2/bin/pm2"), ...args], {
      env: { ...env, PM2_DISABLE_VERSION_CHECK: "1" },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const start = (args: readonly string[]) =>
    spawn(process.execPath, [program, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const watch = (onOutput: (text: string, child: ChildProcess) => void, args: readonly string[]): Promise<Ended> =>
    new Promise((resolve) => {
      const child = start(args);
      let output = "";
      const onData = (chunk: Buffer): void => {
        output += chunk.toString();
        onOutput(output, child);
      };
      child.stdout.on("data", onData);
      child.stderr.on("data", onData);
      child.once("close", (code) => resolve({ code, output }));
    });
  const runUntil = ({ pattern, afterMs, signal }: Moment, args: readonly string[]): Promise<Ended> => {
    let isSent = false;
    return watch((output, child) => {
      if (!isSent && pattern.test(output)) {
        isSent = true;
        setTimeout(() => child.kill(signal), afterMs);
      }
    }, args);
  };
  return {
    root,
    work,
    url: `http://127.0.0.1:${port}`,
    env,
    redis,
    bin,
    program,
    release: (version, change) => {
      const top = join(work, `made-${version}`, `pulseboard-${version}`);
      cpSync(base, top, { recursive: true });
      const manifest = JSON.parse(readFileSync(join(top, "package.json"), "utf8"));
      writeFileSync(join(top, "package.json"), JSON.stringify({ ...manifest, version }));
      change?.(top);
      const file = join(work, `pulseboard-${version}.tgz`);
      execFileSync("tar", ["-czf", file, "-C", join(top, ".."), basename(top)]);
      const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
      writeFileSync(`${file}.sha256`, `${sha256}  ${basename(file)}\n`);
      return file;
    },
    run: (...args) => watch(() => undefined, args),
    watch: (onOutput, ...args) => watch(onOutput, args),
    runUntil: (moment, ...args) => runUntil(moment, args),
    processes: async () => {
      const list = pm2("jlist");
      const apps = JSON.parse(list.slice(list.search(/\[\{|\[\]/))) as readonly {
        readonly name: string;
        readonly pid: number;
      }[];
      const pidOf = (name: string): number => apps.find((app) => app.name === name)?.pid ?? 0;
      return { worker: pidOf("pulseboard-worker"), server: pidOf("pulseboard-server") };
    },
    current: () => basename(readlinkSync(join(root, "current"))),
    releases: () => readdirSync(join(root, "releases")).sort(),
    writeSettings,
    stop: async () => {
      pm2("kill");
      await simulator.stop();
      await redis.stop();
      await memcached.stop();
      await folder.remove();
    },
  };
}

/** Puts a statement before the program's own: `command` is its first argument. */
export function beforeProgram(folder: string, statement: string): void {
  const file = join(folder, "dist/pulseboard.mjs");
  const program = readFileSync(file, "utf8");
  writeFileSync(file, `const command = process.argv[2];\n${statement}\n${program}`);
  chmodSync(file, 0o644);
}

/** Makes a release of the next schema: it writes version 2, and reads 1 and 2. */
export function raiseSchema(folder: string): void {
  let changed = 0;
  for (const name of readdirSync(join(folder, "dist"))) {
    const file = join(folder, "dist", name);
    const text = readFileSync(file, "utf8");
    const raised = text
      .replaceAll("schema_version: literal(1)", "schema_version: literal(2)")
      .replaceAll(/schema_version: 1\b/g, "schema_version: 2")
      .replace(
        /version: 1,\s+fromPrevious: null/,
        "version: 2,\n\tfromPrevious: (document) => ({ ...document, schema_version: 2 })",
      );
    changed += raised === text ? 0 : 1;
    writeFileSync(file, raised);
  }
  if (changed < 3) {
    throw new Error(`the release is made in another way: ${changed} files have the schema's version`);
  }
}
