#!/usr/bin/env node
// First, before anything that allocates much: see there.
import "@pulseboard/server/keep-tick-shape";
import { PulseboardError, redactCredentials } from "@pulseboard/runtime";
import { CommanderError } from "commander";
import { createCommandLine } from "./commands/command-line.ts";

const USAGE_EXIT_CODE = 2;

const commandLine = createCommandLine(async (env, parts) => {
  // Not needed for help or for a refresh.
  const { runProgram } = await import("./compose.ts");
  await runProgram(env, parts);
});
try {
  await commandLine.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed the help that was asked for, or the error.
    process.exitCode = error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
  } else if (error instanceof PulseboardError) {
    console.error(redactCredentials(`pulseboard: ${error.message}${error.hint === null ? "" : `\n  ${error.hint}`}`));
    process.exit(1);
  } else {
    // Not left to Node, which would print every field of the error, such as the arguments of a refused AUTH.
    console.error(redactCredentials(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    process.exit(1);
  }
}
