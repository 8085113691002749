import type { Command } from "commander";
import { loadEnvFile } from "../environment/env-file.ts";
import { addCommand } from "./add-command.ts";
import type { RunProgram } from "./run-program.ts";

/** `pulseboard start`: worker and server in one process, against the configured exchange. */
export function addStartCommand(program: Command, runProgram: RunProgram): void {
  addCommand(program, {
    name: "start",
    npm: "npm start",
    summary: "Runs worker and server in one process, on the configured exchange (by default Bybit).",
    details:
      ".env.example describes each environment variable; a file .env beside package.json may set them, whatever the working directory.",
  }).action(async () => {
    loadEnvFile();
    await runProgram(process.env, { worker: true, server: true });
  });
}
