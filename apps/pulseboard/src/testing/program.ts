import { type ChildProcess, type ForkOptions, fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

// Node 20 cannot run the sources: a test of the whole program runs it as it is built.
const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** The program in a separate process, forked; it is gone at the end of the test. */
export interface TestProgram {
  readonly process: ChildProcess;
  /** Its output so far. */
  readonly printed: { readonly out: string; readonly err: string };
  /** The first line on its standard output. */
  firstLine(): Promise<string>;
  /** Waits for its end. */
  ended(): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

/**
 * Runs a command of the program, in a folder without a file .env, with nothing in its environment but `env`.
 *
 * @param outPath takes its standard output in place of the test
 */
export function startProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  outPath: string | null = null,
): TestProgram {
  const out = outPath === null ? null : openSync(outPath, "w");
  const stdio: ForkOptions["stdio"] = ["pipe", out ?? "pipe", "pipe", "ipc"];
  const options: ForkOptions = { cwd: tmpdir(), env: { PATH: process.env.PATH, ...env }, stdio, execArgv: [] };
  const child = fork(MAIN, args, options);
  if (out !== null) {
    closeSync(out);
  }
  const printed = { out: "", err: "" };
  child.stdout?.on("data", (chunk) => {
    printed.out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    printed.err += chunk;
  });
  const closed = once(child, "close");
  // "close" does not come after a disconnect.
  const exited = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  return {
    process: child,
    printed,
    firstLine: async () => {
      while (!printed.out.includes("\n") && child.stdout !== null) {
        await once(child.stdout, "data");
      }
      return printed.out.split("\n", 1)[0] ?? "";
    },
    ended: async () => {
      const [code] = await closed;
      return { code, ...printed };
    },
  };
}
