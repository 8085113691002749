import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PROGRAM } from "./program.mts";

export interface Visit {
  readonly code: number;
  readonly output: string;
  readonly tookMs: number;
  /** "Redis: eviction policy", in the order of the output. */
  readonly failed: readonly string[];
  readonly warned: readonly string[];
  readonly unknown: readonly string[];
  /** What one line has seen; empty where there is no such line. */
  seen(line: string): string;
}

interface Printed {
  readonly sections: readonly {
    readonly title: string;
    readonly checks: readonly { readonly name: string; readonly verdict: string; readonly seen: string }[];
  }[];
}

export interface Patient {
  /** For the file of settings and PM2's. */
  readonly folder: string;
  /** The lines of the file of settings, by name. */
  readonly settings: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** The bytes of the file, in place of the settings. */
  readonly file?: Buffer;
}

/** Calls the doctor of the built program, with nothing in its environment but the name of a file of settings. */
export async function visit({ folder, settings, args = [], file }: Patient): Promise<Visit> {
  const path = join(folder, "settings");
  const text = Object.entries(settings).map(([name, value]) => (name.startsWith("#") ? value : `${name}=${value}`));
  await writeFile(path, file ?? text.join("\n"), { mode: 0o600 });
  const env = { PATH: process.env.PATH, PULSEBOARD_ENV: path, PM2_HOME: join(folder, "pm2") };
  const startedMs = performance.now();
  const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
    execFile(process.execPath, [PROGRAM, "doctor", "--json", ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr }),
    );
  });
  const tookMs = performance.now() - startedMs;
  const { sections } = JSON.parse(output) as Printed;
  const lines = sections.flatMap(({ title, checks }) =>
    checks.map((check) => ({ ...check, line: `${title}: ${check.name}` })),
  );
  const named = (verdict: string): readonly string[] =>
    lines.filter((line) => line.verdict === verdict).map(({ line }) => line);
  return {
    code,
    output,
    tookMs,
    failed: named("failed"),
    warned: named("warning"),
    unknown: named("unknown"),
    seen: (name) => lines.find(({ line }) => line === name)?.seen ?? "",
  };
}
