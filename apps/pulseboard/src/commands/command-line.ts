import { redactArguments } from "@pulseboard/runtime";
import { Command } from "commander";
import { howToRun } from "../installation/how-to-run.ts";
import { installation } from "../installation/installation.ts";
import { addDemoCommand } from "./demo.ts";
import { addDeployCommand } from "./deploy.ts";
import { addDoctorCommand } from "./doctor.ts";
import { addExportCommand } from "./export.ts";
import { addRecordCommand } from "./record.ts";
import { addRefreshCommand } from "./refresh.ts";
import { addRollbackCommand } from "./rollback.ts";
import type { RunProgram } from "./run-program.ts";
import { addServerCommand } from "./server.ts";
import { addSimulatorCommand } from "./simulator.ts";
import { addStartCommand } from "./start.ts";
import { addValidateCommand } from "./validate.ts";
import { addWorkerCommand } from "./worker.ts";

/**
 * The program's command line. Parsing it throws a CommanderError, with exit code 0 after help was printed and another one
 * after an error was printed.
 */
export function createCommandLine(runProgram: RunProgram): Command {
  const { version, commit } = installation();
  const program = new Command("pulseboard")
    .description("Watches the perpetual-futures market and serves it to phones.")
    .version(`${version}+${commit}`, "--version", "shows the version and the commit")
    // Behind a command, --version is that command's.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      // What was typed may hold a password, such as a Redis URL in the wrong place.
      outputError: (text, write) => write(`pulseboard: ${redactArguments(text.replace(/^error: /, ""))}`),
    })
    .showHelpAfterError(`Try ${howToRun("", "npm run pulseboard --")} --help.`)
    // Commander's own refusal counts surplus arguments; ours names the first.
    .allowExcessArguments()
    .hook("preAction", (_, command) => refuseSurplusArguments(command));
  addStartCommand(program, runProgram);
  addDemoCommand(program, runProgram);
  addWorkerCommand(program, runProgram);
  addServerCommand(program, runProgram);
  addRefreshCommand(program);
  addDoctorCommand(program);
  addDeployCommand(program);
  addRollbackCommand(program);
  addSimulatorCommand(program);
  addRecordCommand(program);
  addValidateCommand(program);
  addExportCommand(program);
  return program;
}

function refuseSurplusArguments(command: Command): void {
  const surplus = command.args[command.registeredArguments.length];
  if (surplus !== undefined) {
    command.error(`error: unexpected argument '${surplus}'`);
  }
}
