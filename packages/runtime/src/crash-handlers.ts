import type { Logger } from "./logger.ts";

/**
 * An error that nobody expected leaves the program in a state that nobody knows: one line, and the end with code 1,
 * so that whoever supervises the process starts a fresh one.
 */
export function installCrashHandlers(log: Logger, exit: (code: number) => void): void {
  process.on("uncaughtException", (error, origin) => {
    log.fatal({ err: error, origin }, "Unexpected error, ending");
    exit(1);
  });
  // A handler of its own: without it Node turns the rejection into an exception whose origin is harder to tell.
  process.on("unhandledRejection", (reason) => {
    log.fatal({ err: reason, origin: "unhandledRejection" }, "Unexpected error, ending");
    exit(1);
  });
}
