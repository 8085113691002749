import { installation } from "../installation/installation.ts";
import type { CheckSection } from "../operator/checks.ts";
import { type RunOptions, run } from "./run.ts";

export interface ValidationOptions extends Pick<RunOptions, "env" | "signal" | "log"> {
  readonly url: string;
  readonly origin: string;
  readonly validationMs: number;
  /** The version that must answer; null for any. */
  readonly build: string | null;
}

export interface Validation {
  readonly isValid: boolean;
  /** What is wrong, by the check's name. */
  readonly problems: ReadonlyMap<string, string>;
}

/** Runs `pulseboard validate` of this program, not of the release: what is judged does not judge itself. */
export async function validateServer(options: ValidationOptions): Promise<Validation> {
  const { url, origin, build, validationMs } = options;
  const version = build === null ? [] : ["--version", build];
  const args = [installation().programFile, "validate", url, "--origin", origin, ...version, "--json"];
  const { code, stdout, output } = await run(process.execPath, args, { ...options, timeoutMs: validationMs });
  const sections = readSections(stdout);
  if (sections === null) {
    const how = code === null ? `it has not come to its end within ${validationMs / 1000} s` : `it ended with ${code}`;
    return { isValid: false, problems: new Map([["validate", `${how}: ${output.trim().slice(-300)}`]]) };
  }
  const wrong = sections.flatMap(({ title, checks }) =>
    checks
      .filter(({ verdict }) => verdict === "failed" || verdict === "unknown")
      .map(({ name, seen }) => [`${title}: ${name}`, `${title}: ${name}: ${seen}`] as const),
  );
  return { isValid: code === 0, problems: new Map(wrong) };
}

function readSections(stdout: string): readonly CheckSection[] | null {
  try {
    return (JSON.parse(stdout) as { readonly sections: readonly CheckSection[] }).sections ?? null;
  } catch {
    // It has not come that far.
    return null;
  }
}
