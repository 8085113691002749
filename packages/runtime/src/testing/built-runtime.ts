import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** A program in a separate process. */
export interface Program {
  /** All that it wrote to standard output and standard error so far. */
  output(): string;
  /** Resolves when the output contains `text`; rejects when the program ended without it. */
  printed(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** This package compiled as it is now, for tests that need real processes: Node 20 cannot run the sources. */
export interface BuiltRuntime {
  /** Writes a JavaScript module, which finds the package at "./index.js"; returns its path. */
  write(source: string): Promise<string>;
  /** Runs such a module. */
  run(source: string): Promise<Program>;
  remove(): Promise<void>;
}

export async function buildRuntime(): Promise<BuiltRuntime> {
  // Inside the repository, so that the compiled files find their dependencies.
  const directory = join(ROOT, "node_modules", ".cache", `runtime-under-test-${process.pid}-${randomUUID()}`);
  const options = ["--outDir", directory, "--tsBuildInfoFile", join(directory, ".tsbuildinfo")];
  const project = join(ROOT, "packages", "runtime");
  await promisify(execFile)(join(ROOT, "node_modules", ".bin", "tsc"), ["-p", project, ...options]);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "package.json"), '{"type":"module"}');
  let programs = 0;
  const write = async (source: string): Promise<string> => {
    programs += 1;
    const path = join(directory, `program-${programs}.js`);
    await writeFile(path, source);
    return path;
  };
  return {
    write,
    run: async (source) => watch(spawn(process.execPath, [await write(source)], { stdio: ["ignore", "pipe", "pipe"] })),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

function watch(child: ChildProcess): Program {
  let output = "";
  const look = new Set<() => void>();
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const each of look) {
      each();
    }
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  const ended: Program["ended"] = new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  return {
    output: () => output,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const each = (): void => {
          if (output.includes(text)) {
            resolve();
          }
        };
        look.add(each);
        each();
        void ended.then(() => reject(new Error(`Ended without printing "${text}":\n${output}`)));
      }),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}
