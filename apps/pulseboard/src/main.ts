#!/usr/bin/env node
// First, before anything that allocates much: see there.
import "@pulseboard/server/keep-tick-shape";
import { PulseboardError, redactCredentials, systemClock, threadCalls } from "@pulseboard/runtime";
import { CommanderError } from "commander";
import { createCommandLine } from "./commands/command-line.ts";

const USAGE_EXIT_CODE = 2;
/** A file that a refused start is still reading has come by then; only on a disk that hangs it has not. */
const LAST_CALLS_MS = 2_000;
const LAST_CALLS_POLL_MS = 10;

// In `pulseboard --help | head -1` the reader leaves early: what it does not want to read is not written, and that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") {
      return;
    }
    // Programs that run on have handlers of their own, which say it and end them.
    if (process.listenerCount("uncaughtException") > 0) {
      throw error;
    }
    console.error(`pulseboard: The output cannot be written: ${error.message}`);
    process.exit(1);
  });
}

const commandLine = createCommandLine(async (env, parts) => {
  // Loaded here, because neither help nor a refresh needs it.
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
    await exitRefused();
  } else {
    // Not left to Node, which would print every field of the error, such as the arguments of a refused AUTH.
    console.error(redactCredentials(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    await exitRefused();
  }
}

/** Ends with 1 as soon as the calls under way are over: a process that ends before that kills itself, and its exit code is lost. */
async function exitRefused(): Promise<never> {
  const untilMs = systemClock.monotonicMs() + LAST_CALLS_MS;
  while (threadCalls().length > 0 && systemClock.monotonicMs() < untilMs) {
    await systemClock.sleep(LAST_CALLS_POLL_MS);
  }
  process.exit(1);
}
