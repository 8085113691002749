import { type Command, Option } from "commander";
import { howToRun } from "../installation/how-to-run.ts";
import { addCommand } from "./add-command.ts";

interface DoctorOptions {
  readonly config?: true;
  readonly offline?: true;
  readonly exchangeAssumptions?: true;
  readonly json?: true;
}

/** `pulseboard doctor`: looks at all that an installation needs, and says what is wrong and what to do about it. */
export function addDoctorCommand(program: Command): void {
  addCommand(program, {
    name: "doctor",
    npm: "npm run doctor",
    summary: "Looks at all that this installation needs, and says what is wrong and what to do. Changes nothing.",
    details: `Exit codes:
  0  all is well, or there are warnings only
  1  something failed
  2  the command line cannot be understood, or setup has not been run
  3  nothing failed, and something could not be looked at`,
  })
    .option("--config", "only the configuration: needs no network; for the moment before a restart or a reload")
    .option("--offline", "all but the exchange and the reference data")
    .addOption(
      new Option(
        "--exchange-assumptions",
        "instead of all that: compare the exchange with what is assumed of it, by at most 40 requests, one a second",
      ).conflicts(["config", "offline"]),
    )
    .option("--json", `one JSON object, and nothing else (${howToRun("doctor", "npm run --silent doctor --")} --json)`)
    .action(async ({ config, offline, exchangeAssumptions, json }: DoctorOptions) => {
      if (exchangeAssumptions === true) {
        const { runExchangeAssumptions } = await import("../doctor/run-exchange-assumptions.ts");
        process.exit(await runExchangeAssumptions({ json: json === true }));
      }
      const { runDoctor } = await import("../doctor/run-doctor.ts");
      // Without an exit, a timer of ioredis would run for two seconds after a failed connection.
      process.exit(await runDoctor({ config: config === true, offline: offline === true, json: json === true }));
    });
}
