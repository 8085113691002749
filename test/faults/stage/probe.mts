import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Preload, preloadEnvironment } from "./preload.mts";

export interface ProbeAnswer {
  readonly id: number;
  readonly result?: unknown;
  /** Of the error. */
  readonly code?: string;
}

/** A program that does one deed after the other under the staged clock and disk. */
export interface Probe {
  /** Resolves with its answer. */
  does(deed: string, folder?: string): Promise<ProbeAnswer>;
  /** Ends it at once (SIGKILL), whatever it does, and resolves when it is gone. */
  kill(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL("probe.mjs", import.meta.url));

export function startProbe(...preloads: (Preload | null)[]): Probe {
  const child = spawn(process.execPath, [PROGRAM], {
    env: { ...process.env, ...preloadEnvironment(preloads) },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const gone = once(child, "close");
  const waiting = new Map<number, (answer: ProbeAnswer) => void>();
  let lastId = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const answer: ProbeAnswer = JSON.parse(line);
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  return {
    does: (deed, folder = "") => {
      const id = ++lastId;
      child.stdin.write(`${id} ${deed} ${folder}\n`);
      return new Promise((resolve) => waiting.set(id, resolve));
    },
    kill: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
