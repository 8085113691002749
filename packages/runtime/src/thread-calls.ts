import type { Logger } from "./logger.ts";

/** What `process.getActiveResourcesInfo()` calls that which waits in one of the few threads that Node has for files and names. */
const IN_THREADS = /^(?:FSReq|FileHandleCloseReq|GetAddrInfoReq|GetNameInfoReq)/;

/** The calls that are under way in Node's threads for files and names; empty when none is. */
export function threadCalls(): readonly string[] {
  return process.getActiveResourcesInfo().filter((name) => IN_THREADS.test(name));
}

/**
 * From now on, a process that exits while such a call is under way ends itself by SIGKILL. Otherwise Node would wait for the call,
 * with its event loop already stopped: on a disk that hangs until somebody kills the process.
 */
export function installThreadCallGuard(log: Logger): void {
  process.once("exit", (code) => {
    const calls = threadCalls();
    if (calls.length > 0) {
      log.warn({ calls, code }, "Calls to a disk or for a name do not come back: ending by SIGKILL");
      process.kill(process.pid, "SIGKILL");
    }
  });
}
