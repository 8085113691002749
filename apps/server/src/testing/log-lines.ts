import {
  createLogger,
  createOutageLog,
  type Logger,
  type OutageLog,
  RUNTIME_DURATIONS,
  systemClock,
} from "@pulseboard/runtime";

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A real log that keeps its lines, from level info. */
export function createLogLines(): {
  readonly log: Logger;
  readonly outages: OutageLog;
  readonly lines: readonly LogLine[];
} {
  const lines: LogLine[] = [];
  const log = createLogger({
    level: "info",
    pretty: false,
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  });
  return { log, outages: createOutageLog(log, systemClock, RUNTIME_DURATIONS), lines };
}
