import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { HURRIED } from "./hurried-durations.mts";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** The program as it is built. */
export const PROGRAM = join(ROOT, "apps/pulseboard/dist/main.js");

const HURRIED_PROGRAM = join(ROOT, "test/e2e/support/hurried-program.mjs");

/** A program under test: a real process with its output kept. */
export interface Program {
  readonly process: ChildProcess;
  /** All that it has printed so far, standard output and error together. */
  output(): string;
  /** The first match of `pattern` in the output; fails when the program ends or `timeoutMs` passes before. */
  printed(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** Waits for it to end by itself; the exit code. */
  ended(): Promise<number | null>;
  /** Sends the signal and waits for the end; tells the exit code and how long it took. */
  stop(signal?: NodeJS.Signals): Promise<{ readonly code: number | null; readonly tookMs: number }>;
}

/** How long a program may take to print an expected line, on a busy machine. */
const PATIENCE_MS = 90_000;

/** A file .env in this folder is read by the programs, and may name services that are no test's. */
const NO_SERVICES = { REDIS_URL: "", MEMCACHED_SERVERS: "" };

/** Starts a command of the program with nothing in its environment but the given variables. */
export function startProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  nodeArgs: readonly string[] = [],
): Program {
  return startNode(`pulseboard ${command}`, [...nodeArgs, PROGRAM, command, ...args], env);
}

/**
 * Makes an installation of its own in `folder`, for another `.env` or a difficult path: a copy of the program's entry and of PM2's
 * file, and links to everything else.
 */
export function installInto(folder: string): void {
  const app = "apps/pulseboard";
  mkdirSync(join(folder, app), { recursive: true });
  for (const part of ["ecosystem.config.js", "package.json", `${app}/package.json`, `${app}/dist`]) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  for (const part of ["node_modules", `${app}/node_modules`, "apps/mobile"]) {
    symlinkSync(join(ROOT, part), join(folder, part));
  }
}

/** Starts a command of the installation in `folder`. */
export function startInstalled(folder: string, command: string, env: Readonly<Record<string, string>>): Program {
  return startNode(`pulseboard ${command}`, [join(folder, "apps/pulseboard/dist/main.js"), command], env);
}

/** Starts worker, server or both as the program does, but in a hurry: what takes seconds in production takes tenths. */
export function startHurried(
  parts: { readonly worker: boolean; readonly server: boolean },
  env: Readonly<Record<string, string>>,
  durations = HURRIED,
): Program {
  const name = `a hurried ${parts.worker ? "worker" : "server"}`;
  return startNode(name, [HURRIED_PROGRAM, JSON.stringify({ ...parts, durations })], env);
}

function startNode(name: string, args: readonly string[], env: Readonly<Record<string, string>>): Program {
  return startCommand(name, [process.execPath, ...args], env);
}

/** Starts any program with nothing in its environment but the given variables and what keeps it from real services. */
export function startCommand(
  name: string,
  [file = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Program {
  const child = spawn(file, args, {
    cwd: env.WORKING_DIRECTORY ?? ROOT,
    env: { PATH: process.env.PATH ?? "", ADMIN_PORT: "0", RATE_LIMIT_PER_MINUTE: "0", ...NO_SERVICES, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    process: child,
    output: () => output,
    printed: async (pattern, timeoutMs = PATIENCE_MS) => {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        const match = pattern.exec(output);
        if (match !== null) {
          return match;
        }
        if (!isRunning() || performance.now() > deadline) {
          const why = isRunning() ? `did not print it within ${timeoutMs} ms` : "ended before";
          throw new Error(`${name} ${why}: ${pattern}. It printed:\n${output}`);
        }
        await delay(20);
      }
    },
    ended: () => ended,
    stop: async (signal = "SIGTERM") => {
      const startedMs = performance.now();
      if (isRunning()) {
        child.kill(signal);
      }
      const code = await ended;
      return { code, tookMs: performance.now() - startedMs };
    },
  };
}

/** Worker and server as `npm start` runs them, on a free port and with a data directory of their own. */
export interface Pulseboard extends Program {
  readonly url: string;
}

export async function startPulseboard(env: Readonly<Record<string, string>>): Promise<Pulseboard> {
  const program = startProgram("start", [], { PORT: "0", HOST: "127.0.0.1", ...env });
  const [, url] = await program.printed(/answers at (http:\/\/[^/\s]+)/);
  return { ...program, url: url ?? "" };
}

export interface SimulatorProgram extends Program {
  readonly url: string;
}

export async function startSimulatorProgram(...args: readonly string[]): Promise<SimulatorProgram> {
  const program = startProgram("simulator", ["--port", "0", ...args], {});
  const [url] = await program.printed(/http:\/\/127\.0\.0\.1:\d+/);
  return { ...program, url };
}

/** The environment that points Pulseboard at a simulator. */
export function simulated(url: string, dataDir: string): Readonly<Record<string, string>> {
  return { EXCHANGE: "simulator", EXCHANGE_URL: url, REFERENCE_URL: url, DATA_DIR: dataDir };
}
