import cluster from "node:cluster";
import { fstatSync } from "node:fs";
import { type Logger as PinoLogger, pino, stdTimeFunctions } from "pino";
import { createFileLineWriter } from "./file-line-writer.ts";
import { createLineWriter, type LineWriter } from "./line-writer.ts";
import { describeError } from "./log-error.ts";
import { formatLogLine } from "./log-line.ts";
import { redactCredentials, SECRET_FIELDS } from "./redact.ts";

/** A pino logger. Log the error itself under `err`: `log.warn({ err, symbol }, "No candles")`. */
export type Logger = PinoLogger;

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  readonly level: LogLevel;
  /** One readable line per record, for a terminal; otherwise one JSON object per line. */
  readonly pretty: boolean;
  /** Where lines go; by default standard output, written so that the last lines of a process are not lost. */
  readonly destination?: LineWriter;
}

/**
 * In a process of a cluster the file descriptor is that of its parent: PM2 would find the lines in its own log, and takes what is
 * written to the stream. A stream that cannot be written to, of whatever kind, ends no process.
 */
function standardOutput(): LineWriter {
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.listeners("error").includes(ignoreError)) {
      stream.on("error", ignoreError);
    }
  }
  if (cluster.isWorker) {
    return { write: (line) => void process.stdout.write(line) };
  }
  return isRegularFile(1) ? createFileLineWriter(1) : createLineWriter(1);
}

function isRegularFile(fd: number): boolean {
  try {
    // Without `bigint`, Node 20 keeps what it saw of a pipe where its loader looks next, and then resolves no symbolic links.
    return fstatSync(fd, { bigint: true }).isFile();
  } catch {
    // A process may be started without it.
    return false;
  }
}

function ignoreError(): void {}

/** Creates the log of a process. Credentials never leave it, whether in a field, in a message or in an error. */
export function createLogger(options: LoggerOptions): Logger {
  const { level, pretty } = options;
  const out = options.destination ?? standardOutput();
  const toDevelopers = level === "debug" || level === "trace";
  const colors = pretty && options.destination === undefined && process.stdout.isTTY && process.stdout.hasColors();
  const write = (json: string): void => {
    const line = pretty ? `${formatLogLine(JSON.parse(json), { colors, stacks: toDevelopers })}\n` : json;
    out.write(redactCredentials(line));
  };
  const flush = (then: () => void = ignoreError): void => {
    if (out.flush === undefined) {
      then();
    } else {
      out.flush(then);
    }
  };
  // pino knows `flush`, its type does not.
  const stream = { write, flush };
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (thrown: unknown) => describeError(thrown, toDevelopers) },
      redact: {
        // Names at the top and up to two levels below it: { url, headers: { authorization } }.
        paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: "***",
      },
    },
    stream,
  );
}
