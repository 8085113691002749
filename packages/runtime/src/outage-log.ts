import type { Logger } from "./logger.ts";

/** Says that something is away when that begins, and that it is back when that ends: one line each, however many notice. */
export interface OutageLog {
  /** `what` failed with `error`: a warning, unless its outage has been logged already. */
  failed(what: string, error: Error, details?: object): void;
  /** `what` works: one line, if it was away. */
  works(what: string, details?: object): void;
  /** Whether `what` failed and has not worked since. */
  isAway(what: string): boolean;
}

/** @param log gets `{ outage: what, err }` with "NAME is away ..." and `{ outage: what }` with "NAME is back" */
export function createOutageLog(log: Logger): OutageLog {
  const away = new Set<string>();
  return {
    failed: (what, err, details = {}) => {
      if (away.has(what)) {
        log.debug({ outage: what, err, ...details }, `${what} is still away`);
        return;
      }
      away.add(what);
      log.warn({ outage: what, err, ...details }, `${what} is away: everything else goes on, and it is tried again`);
    },
    works: (what, details = {}) => {
      if (away.delete(what)) {
        log.info({ outage: what, ...details }, `${what} is back`);
      }
    },
    isAway: (what) => away.has(what),
  };
}
