import type { Command } from "commander";
import { howToRun } from "../installation/how-to-run.ts";
import { addCommand } from "./add-command.ts";

interface Options {
  readonly local?: string;
  readonly to?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `pulseboard deploy`: replaces the running release by another one, or leaves it as it is. */
export function addDeployCommand(program: Command): void {
  addCommand(program, {
    name: "deploy",
    npm: "npm run deploy",
    summary:
      "Replaces the release that runs under PM2 by another one, without a failed request; what does not hold is rolled back.",
    details: `DIR has releases/, current -> the release that runs, shared/.env, shared/data, and PM2 in pm2/
(npm install --prefix DIR/pm2 pm2@7, once). FILE.tgz.sha256 lies beside FILE.tgz.

Exit codes:
  0  the release runs, and is valid
  1  it does not, and what ran before does; the last line names the step and the log
  2  the command line cannot be understood, or DIR is not prepared
  3  the host cannot be reached`,
  })
    .argument("<file>", "the release: pulseboard-VERSION.tgz")
    .option("--local <dir>", "a folder of this machine")
    .option("--to <host:dir>", "a folder of another machine, over ssh and rsync")
    .option("--dry-run", "up to step 5 (a server beside the running one), and back: nothing is changed")
    .option(
      "--json",
      `one JSON object on each line, and nothing else (${howToRun("deploy", "npm run --silent deploy --")} --json)`,
    )
    .action(async (file: string, { local, to, ...flags }: Options, command: Command) => {
      const options = { file, dryRun: flags.dryRun === true, json: flags.json === true };
      if ((local === undefined) === (to === undefined)) {
        command.error("error: say where: --local DIR or --to HOST:DIR");
      }
      const { deployRemotely, readTarget } = await import("../deploy/remote.ts");
      const target = to === undefined ? null : readTarget(to);
      if (local === undefined && target === null) {
        command.error("error: the place cannot be used: expected HOST:DIR");
      }
      if (target !== null) {
        process.exitCode = await deployRemotely(target, options);
        return;
      }
      const { deployLocally } = await import("../deploy/deploy.ts");
      process.exitCode = await deployLocally({ ...options, root: local ?? "." });
    });
}
