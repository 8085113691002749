import { installation } from "../installation/installation.ts";
import { type CheckSection, exitCodeOf, type OperatorExitCode } from "../operator/checks.ts";
import { checkFormat, formatChecks } from "../operator/print-checks.ts";
import { checkConfiguration } from "./configuration.ts";

export interface DoctorRequest {
  /** Only the configuration. */
  readonly config: boolean;
  /** Without the exchange and the reference data. */
  readonly offline: boolean;
  readonly json: boolean;
}

/** Looks at the installation that this process belongs to, prints what it has seen, and returns the exit code. */
export async function runDoctor({ json }: DoctorRequest): Promise<OperatorExitCode> {
  const folders = [installation().root, process.cwd()] as const;
  const { checks } = checkConfiguration({ folders, env: process.env });
  const sections: CheckSection[] = [{ title: "configuration", checks }];
  console.log(formatChecks(sections, checkFormat({ json })));
  return exitCodeOf(sections);
}
