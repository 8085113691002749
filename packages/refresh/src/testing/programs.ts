import { execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** Programs run the build, so this builds; that takes no time when the build is up to date. */
export function buildRefresh(): void {
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-b", "packages/refresh"], { cwd: root });
}

export interface TestProgram {
  /** Everything it has printed so far. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** Its exit code, null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Starts a Node program of this repository, by its path in it; it is gone at the end of the test. */
export function startProgram(path: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): TestProgram {
  const child = spawn(process.execPath, [`${root}${path}`, ...args], {
    // Where no .env lies.
    cwd: `${root}packages/refresh`,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      printed += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return { output: () => printed, signal: (name) => void child.kill(name), ended };
}
