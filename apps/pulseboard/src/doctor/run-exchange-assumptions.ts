import { installation } from "../installation/installation.ts";
import { type CheckSection, exitCodeOf, type OperatorExitCode } from "../operator/checks.ts";
import { checkFormat, formatChecks } from "../operator/print-checks.ts";
import { createProgressLine } from "../operator/progress.ts";
import { checkConfiguration } from "./configuration.ts";

/** Compares the configured exchange with what we assume of it, prints the result, and returns the exit code. */
export async function runExchangeAssumptions({ json }: { readonly json: boolean }): Promise<OperatorExitCode> {
  const { configured, checks } = checkConfiguration({
    runsApart: false,
    folders: [installation().root, process.cwd()],
    env: process.env,
  });
  const format = checkFormat({ json });
  const progress = createProgressLine(format === "table");
  const sections: CheckSection[] = [];
  if (configured === null) {
    // Which exchange to ask is not known.
    sections.push({ title: "configuration", checks });
  } else {
    const { examineAssumptions } = await import("./examine-assumptions.ts");
    const { ASSUMPTION_DURATIONS: durations } = await import("./exchange-assumptions/gather.ts");
    sections.push(...(await examineAssumptions({ config: configured.config, durations, onProgress: progress.show })));
  }
  progress.clear();
  console.log(formatChecks(sections, format));
  return exitCodeOf(sections);
}
