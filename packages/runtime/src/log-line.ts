import { styleText } from "node:util";
import type { LoggedError } from "./log-error.ts";

const COLORS = { fatal: "red", error: "red", warn: "yellow", info: "green", debug: "blue", trace: "gray" } as const;

/** Fields that have their own place in the line, or no use on a terminal. */
const NOT_LISTED = new Set(["time", "level", "msg", "err", "pid"]);

export interface LogLineOptions {
  readonly colors: boolean;
  /** Adds the stacks of errors, on separate lines. */
  readonly stacks: boolean;
}

/**
 * One JSON log record as one line for a person:
 * `12:00:05.123 WARN  Exchange not reached attempt=2: exchange_unreachable: connect refused (Try npm run demo.)`
 */
export function formatLogLine(record: Readonly<Record<string, unknown>>, options: LogLineOptions): string {
  const { time, level, msg, err } = record;
  const error = isLoggedError(err) ? err : null;
  const name = String(level);
  const label = name.toUpperCase().padEnd(5);
  const color = Object.entries(COLORS).find(([key]) => key === name)?.[1];
  // Without a message pino takes the error's; once is enough.
  const message = typeof msg === "string" && msg !== error?.message ? [oneLine(msg)] : [];
  const fields = Object.entries(record)
    .filter(([key]) => !NOT_LISTED.has(key))
    .map(([key, value]) => `${key}=${formatValue(value)}`);

  const head = [localTime(String(time)), options.colors && color !== undefined ? styleText(color, label) : label];
  const text = [...message, ...fields].join(" ");
  if (error === null) {
    return [...head, text].join(" ");
  }
  const line = [...head, ...(text === "" ? [] : [`${text}:`]), formatError(error)].join(" ");
  return options.stacks ? line + stackLines(error) : line;
}

/** `code: message (hint)`; a defect, which has no hint, shows where it happened instead. */
function formatError(error: LoggedError): string {
  const where = error.stack?.split("\n").find((line) => line.trimStart().startsWith("at "));
  const note = error.hint ?? where?.trim();
  return oneLine(`${error.code}: ${error.message}${note === undefined ? "" : ` (${note})`}`);
}

function stackLines(error: LoggedError): string {
  const stack = error.stack === undefined ? "" : `\n${error.stack}`;
  return error.cause === undefined ? stack : `${stack}\ncaused by ${error.cause.code}:${stackLines(error.cause)}`;
}

function isLoggedError(value: unknown): value is LoggedError {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}

function formatValue(value: unknown): string {
  if (typeof value === "string" && /^[^\s"=]+$/.test(value)) {
    return oneLine(value);
  }
  return JSON.stringify(value) ?? "undefined";
}

/** Text from outside may contain line breaks and terminal codes; neither belongs on the terminal. */
function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " | ").replace(/\p{Cc}/gu, "?");
}

function localTime(iso: string): string {
  const time = new Date(iso);
  const two = (part: number): string => String(part).padStart(2, "0");
  const ms = String(time.getMilliseconds()).padStart(3, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${ms}`;
}
