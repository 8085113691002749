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

/** A real log and outage log, as a process has them, whose lines from info on are kept. */
export interface RecordedLog {
  readonly log: Logger;
  readonly outages: OutageLog;
  readonly lines: LogLine[];
  /** The lines that contain `text` anywhere. */
  linesWith(text: string): readonly LogLine[];
}

export function createRecordedLog(): RecordedLog {
  const lines: LogLine[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const log = createLogger({ level: "info", pretty: false, destination });
  return {
    log,
    outages: createOutageLog(log, systemClock, RUNTIME_DURATIONS),
    lines,
    linesWith: (text) => lines.filter((line) => JSON.stringify(line).includes(text)),
  };
}
