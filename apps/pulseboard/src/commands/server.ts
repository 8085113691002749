import type { Command } from "commander";
import { loadEnvFile } from "../environment/env-file.ts";
import { addCommand } from "./add-command.ts";
import type { RunProgram } from "./run-program.ts";

/** `pulseboard server`: the server alone. */
export function addServerCommand(program: Command, runProgram: RunProgram): void {
  addCommand(program, {
    name: "server",
    npm: "npm run start:server",
    summary: "Runs the server alone. Needs REDIS_URL, which it shares with the worker.",
  }).action(async () => {
    loadEnvFile();
    await runProgram(process.env, { worker: false, server: true });
  });
}
