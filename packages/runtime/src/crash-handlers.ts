import { afterLogCall } from "./after-log-call.ts";
import type { Logger } from "./logger.ts";

/**
 * Logs an error that nothing caught and ends the process with code 1: it leaves the program in an unknown state, and the
 * supervisor starts a fresh one.
 */
export function installCrashHandlers(log: Logger, exit: (code: number) => void): void {
  process.on("uncaughtException", (error, origin) => {
    log.fatal({ err: error, origin }, "Unexpected error, ending");
    afterLogCall(log, () => exit(1));
  });
  // Without this handler Node turns the rejection into an exception whose origin is harder to see.
  process.on("unhandledRejection", (reason) => {
    log.fatal({ err: reason, origin: "unhandledRejection" }, "Unexpected error, ending");
    afterLogCall(log, () => exit(1));
  });
}
