import { systemClock } from "@pulseboard/runtime";
import { type Installation, installation } from "../installation/installation.ts";
import { type CheckSection, exitCodeOf, type OperatorExitCode } from "../operator/checks.ts";
import { checkFormat, formatChecks } from "../operator/print-checks.ts";
import { createProgressLine } from "../operator/progress.ts";
import { type ConfigurationSeen, checkConfiguration } from "./configuration.ts";
import { runsApart } from "./runs-apart.ts";

export interface DoctorRequest {
  /** Only the configuration. */
  readonly config: boolean;
  /** Without the exchange and the reference data. */
  readonly offline: boolean;
  readonly json: boolean;
}

/** Looks at the installation that this process belongs to, prints what it has seen, and returns the exit code. */
export async function runDoctor({ config, offline, json }: DoctorRequest): Promise<OperatorExitCode> {
  const installed = installation();
  const seen = checkConfiguration({
    folders: [installed.root, process.cwd()],
    env: process.env,
    runsApart: runsApart(installed.root, process.env),
  });
  const format = checkFormat({ json });
  const progress = createProgressLine(format === "table");
  const more = config
    ? []
    : await lookAtAll(installed, seen, { offline, show: (title) => progress.show(`looking at ${title} ...`) });
  progress.clear();
  const sections: readonly CheckSection[] = [{ title: "configuration", checks: seen.checks }, ...more];
  console.log(formatChecks(sections, format));
  return exitCodeOf(sections);
}

interface Look {
  readonly offline: boolean;
  readonly show: (title: string) => void;
}

async function lookAtAll(
  installed: Installation,
  { configured, file }: ConfigurationSeen,
  { offline, show }: Look,
): Promise<readonly CheckSection[]> {
  // Loaded here, because the configuration alone needs none of it.
  const { examine, lookOrExplain, memoryLimit } = await import("./examine.ts");
  const { judgeMachine, readMachine } = await import("./machine.ts");
  const { judgePm2 } = await import("./pm2.ts");
  const { pm2Places, readPm2 } = await import("./pm2-readings.ts");
  const { checkInstallation } = await import("./stamps.ts");
  const [machine, own, pm2, others] = await Promise.all([
    lookOrExplain(async () =>
      judgeMachine(
        await readMachine({
          dataDir: configured?.config.dataDir ?? null,
          envPath: file?.path ?? null,
          limitBytes: await memoryLimit(installed),
          symbolCount: configured?.config.symbolCount ?? null,
        }),
      ),
    ),
    lookOrExplain(() => checkInstallation(installed)),
    lookOrExplain(async () => judgePm2(await readPm2(pm2Places(installed.root, process.env), systemClock.nowMs()))),
    configured === null ? notLookedAt() : examine({ installed, configured, offline, onSection: show }),
  ]);
  return [
    { title: "machine", checks: machine },
    { title: "installation", checks: own },
    ...others,
    { title: "PM2", checks: pm2 },
  ];
}

function notLookedAt(): readonly CheckSection[] {
  const seen = "not, because the configuration is wrong";
  return [{ title: "all else", checks: [{ name: "looked at", verdict: "unknown", seen }] }];
}
