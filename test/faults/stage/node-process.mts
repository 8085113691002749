import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { pauseProcess } from "@pulseboard/testing/supervised-process";
import type { HeldResources, ProcessName, StagedProcess } from "../contracts.mts";
import type { Reaper } from "./reaper.mts";

/** On a busy machine; what is measured is not this. */
const START_MS = 30_000;
const ANSWER_MS = 5_000;
/** How much of its output goes into the error of a process that does not start, characters. */
const LAST_OUTPUT = 2_000;

export interface NodeProcessOptions {
  readonly name: ProcessName;
  /** For Node, then the script and its arguments; asked at each start. */
  readonly args: () => readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Its standard output and error are appended to this file. */
  readonly outputFile: string;
  readonly reaper: Reaper;
  /** Told when it neither runs nor is about to, and when it does again. */
  readonly onAway?: () => void;
  readonly onBack?: () => void;
  /** Told when it has ended by itself. */
  readonly onUnexpectedEnd: (how: string) => void;
}

/** A program of ours as a process of its own, which says over IPC that it is ready. */
export interface NodeProcess extends StagedProcess {
  held(): Promise<HeldResources>;
}

/** Starts it and waits until it is ready. */
export async function startNodeProcess(options: NodeProcessOptions): Promise<NodeProcess> {
  const { name, reaper, outputFile } = options;
  let child = await start(options);
  let isPaused = false;
  let isKilled = false;

  const output = (): string => (existsSync(outputFile) ? readFileSync(outputFile, "utf8") : "");
  const watch = (watched: ChildProcess): void => {
    watched.once("exit", (code, signal) => {
      reaper.remove(watched.pid ?? 0);
      if (!isKilled) {
        options.onAway?.();
        options.onUnexpectedEnd(`${name} ended by itself with ${signal ?? code}`);
      }
    });
  };
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  watch(child);

  return {
    name,
    pid: () => child.pid ?? 0,
    isRunning,
    isPaused: () => isPaused,
    output,
    kill: async () => {
      isKilled = true;
      isPaused = false;
      if (isRunning()) {
        const gone = once(child, "exit");
        options.onAway?.();
        child.kill("SIGKILL");
        await gone;
      }
    },
    restart: async () => {
      child = await start(options);
      isKilled = false;
      watch(child);
      options.onBack?.();
    },
    pause: () => {
      options.onAway?.();
      isPaused = true;
      pauseProcess(child.pid ?? 0);
    },
    resume: () => {
      isPaused = false;
      child.kill("SIGCONT");
      options.onBack?.();
    },
    held: async () => {
      const answer = answerOf<{ readonly held: HeldResources }>(
        child,
        ANSWER_MS,
        `${name} does not tell what it holds`,
      );
      child.send("held");
      return (await answer).held;
    },
  };
}

async function start(options: NodeProcessOptions): Promise<ChildProcess> {
  const { name, args, env, outputFile, reaper } = options;
  const file = openSync(outputFile, "a");
  const child = spawn(process.execPath, args(), {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", file, file, "ipc"],
    // Ctrl-C is for the test run; the reaper ends this one.
    detached: true,
  });
  closeSync(file);
  reaper.add(child.pid ?? 0);
  try {
    await answerOf(child, START_MS, `${name} does not become ready`);
  } catch (error) {
    child.kill("SIGKILL");
    const last = readFileSync(outputFile, "utf8").slice(-LAST_OUTPUT);
    throw new Error(`${error instanceof Error ? error.message : String(error)}. It printed last:\n${last}`);
  }
  return child;
}

/** The next message of the process. */
async function answerOf<T>(child: ChildProcess, ms: number, otherwise: string): Promise<T> {
  const listening = new AbortController();
  const timer = setTimeout(() => listening.abort(new Error(`${otherwise} within ${ms} ms`)), ms);
  const { signal } = listening;
  const ended = once(child, "exit", { signal }).then(([code, cause]) => {
    throw new Error(`${otherwise}: it has ended with ${cause ?? code}`);
  });
  try {
    const [message] = await Promise.race([once(child, "message", { signal }), ended]);
    return message;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
    listening.abort();
  }
}
