import type { Command } from "commander";
import { loadEnvFile } from "../environment/env-file.ts";
import { addCommand } from "./add-command.ts";
import type { RunProgram } from "./run-program.ts";

/** `pulseboard worker`: the worker alone. */
export function addWorkerCommand(program: Command, runProgram: RunProgram): void {
  addCommand(program, {
    name: "worker",
    npm: "npm run start:worker",
    summary: "Runs the worker alone. Needs REDIS_URL, which it shares with the server.",
  }).action(async () => {
    loadEnvFile();
    await runProgram(process.env, { worker: true, server: false });
  });
}
