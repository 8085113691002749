import { spawn } from "node:child_process";
import { CONFIG_VARIABLES, systemClock, withTimeout } from "@pulseboard/runtime";

export interface Ran {
  /** Null when it was ended by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  /** Standard output and error as they came. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends it when it is aborted. */
  readonly signal: AbortSignal;
  /** Gets the command and its output, for the log file. */
  readonly log: (text: string) => void;
  /** Ends it after so long; left out: it takes as long as it takes. */
  readonly timeoutMs?: number;
}

/** Of this environment, what is not meant for Pulseboard: a release reads its settings from shared/.env, and from nowhere else. */
export function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings = new Set([...CONFIG_VARIABLES.map(({ name }) => name), "PULSEBOARD_ENV", "LISTEN_FDS", "LISTEN_PID"]);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !settings.has(name)));
}

/** Ends a process and all that it has started. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended, and somebody else still holds its output.
  }
}

/** Runs a program to its end. It has a process group of its own: Ctrl-C reaches only the deploy, which ends in order. */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { cwd, env, signal, log, timeoutMs } = options;
  signal.throwIfAborted();
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const end = (): void => {
    if (child.pid !== undefined && child.exitCode === null) {
      endGroup(child.pid);
    }
  };
  signal.addEventListener("abort", end);
  const ended = new Promise<Ran>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      signal.removeEventListener("abort", end);
      log(`$ ${[program, ...args].join(" ")}\n${output}`);
      resolve({ code, stdout, output });
    });
  });
  if (timeoutMs === undefined) {
    return ended;
  }
  const inTime = await withTimeout(() => ended, { clock: systemClock, ms: timeoutMs, onTimeout: () => null });
  if (inTime === null) {
    end();
  }
  return ended;
}
