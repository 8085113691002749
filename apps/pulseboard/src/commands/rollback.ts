import type { Command } from "commander";
import { howToRun } from "../installation/how-to-run.ts";
import { addCommand } from "./add-command.ts";

interface Options {
  readonly local?: string;
  readonly to?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `pulseboard rollback`: goes back to a release that was deployed before. */
export function addRollbackCommand(program: Command): void {
  addCommand(program, {
    name: "rollback",
    npm: "npm run rollback",
    summary: "Goes back to a release that is still there, by the steps of a deploy from the fourth on.",
    details: `Without --local and --to, where this program itself was deployed: DIR/current/bin/pulseboard rollback.

Exit codes:
  0  the release runs, and is valid
  1  it does not, and what ran before does; the last line names the step and the log
  2  the command line cannot be understood, or no such release is there
  3  the host cannot be reached`,
  })
    .argument("[version]", "a version, or the name of a folder in DIR/releases (default: the release that ran before)")
    .option("--local <dir>", "a folder of this machine")
    .option("--to <host:dir>", "a folder of another machine, over ssh")
    .option("--dry-run", "up to step 5 (a server beside the running one), and back: nothing is changed")
    .option(
      "--json",
      `one JSON object on each line, and nothing else (${howToRun("rollback", "npm run --silent rollback --")} --json)`,
    )
    .action(async (version: string | undefined, { local, to, ...flags }: Options, command: Command) => {
      const options = { version: version ?? null, dryRun: flags.dryRun === true, json: flags.json === true };
      if (local !== undefined && to !== undefined) {
        command.error("error: either --local DIR or --to HOST:DIR");
      }
      if (to !== undefined) {
        const { readTarget, rollBackRemotely } = await import("../deploy/remote.ts");
        const target = readTarget(to);
        if (target === null) {
          command.error("error: the place cannot be used: expected HOST:DIR");
        }
        process.exitCode = await rollBackRemotely(target, options);
        return;
      }
      const { ownLayout, rollBackLocally } = await import("../deploy/rollback.ts");
      const root = local ?? ownLayout();
      if (root === null) {
        command.error("error: this program was not deployed: say where, by --local DIR or --to HOST:DIR");
      }
      process.exitCode = await rollBackLocally({ ...options, root });
    });
}
