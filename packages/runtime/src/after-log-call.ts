import type { Logger } from "./logger.ts";

/** Less than the supervisor leaves a process after the grace of its shutdown. */
const LONGEST_MS = 300;

/**
 * Calls `then` as soon as no call is under way that writes lines of the log to a file: at once, as a rule, and after a moment if the
 * file's disk hangs. If `then` ends the process, the lines that are left are written, and its exit code stays.
 */
export function afterLogCall(log: Logger, then: () => void): void {
  let isDone = false;
  const done = (): void => {
    if (!isDone) {
      isDone = true;
      clearTimeout(timer);
      then();
    }
  };
  const timer = setTimeout(done, LONGEST_MS);
  log.flush(done);
}
