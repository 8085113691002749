import { type Command, Option } from "commander";
import { howToRun } from "../installation/how-to-run.ts";
import { addCommand } from "./add-command.ts";

interface RecordOptions {
  readonly verify?: true;
  readonly json?: true;
  readonly toWorker?: string;
}

/** `pulseboard record`: what came of the scores, computed from the history in DATA_DIR, and whether that is still what was written. */
export function addRecordCommand(program: Command): void {
  addCommand(program, {
    name: "record",
    npm: "npm run record",
    summary:
      "Computes what came of the scores out of the history in DATA_DIR, or with --verify looks whether that history is as it was written. Changes nothing.",
    details: `It needs no worker, and does not disturb one that runs.

Exit codes:
  0  done; with --verify: the chain is whole
  1  the history cannot be read; with --verify: the chain is broken
  2  the command line cannot be understood
  3  there is no history yet`,
  })
    .option(
      "--verify",
      "walk the chain of closed days: each one's SHA-256 includes that of the day before. Days that are missing are counted apart",
    )
    .option("--json", `one JSON object, and nothing else (${howToRun("record", "npm run --silent record --")} --json)`)
    // The worker starts this command as a process of its own, and keeps what it computes.
    .addOption(new Option("--to-worker <market>").hideHelp().conflicts(["verify", "json"]))
    .action(async ({ verify, json, toWorker }: RecordOptions) => {
      if (toWorker !== undefined) {
        const { recordForWorker } = await import("../record/record-for-worker.ts");
        process.exit(await recordForWorker(toWorker));
      }
      const { runRecord, runVerify } = await import("../record/run-record.ts");
      process.exit(await (verify === true ? runVerify : runRecord)({ json: json === true }));
    });
}
