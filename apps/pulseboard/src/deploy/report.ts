import { appendFileSync } from "node:fs";
import { styleText } from "node:util";
import { redactCredentials, systemClock } from "@pulseboard/runtime";
import { cleanLine, toJson } from "../operator/print-checks.ts";

export const STEPS = {
  file: [1, "release file"],
  copy: [2, "copy"],
  unpack: [3, "unpack"],
  configuration: [4, "configuration"],
  rehearsal: [5, "new server beside the old one"],
  switch: [6, "switch"],
  validate: [7, "validate"],
  tidy: [8, "tidy up"],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type StepName = keyof typeof STEPS;

/** What a deploy says while it runs: lines for people, or objects for programs; all of it in the log file too. */
export interface Report {
  /** Runs a step and prints it with its time and with what it resolves to; a failing one says so, and throws on. */
  step(name: StepName, work: () => Promise<string>): Promise<void>;
  /** One line between steps. */
  say(text: string): void;
  /** For the log file only, such as a program's output. */
  log(text: string): void;
  /** The last word. */
  end(result: string, exitCode: number, text: string): void;
}

export function createReport({
  json,
  logFile,
}: {
  readonly json: boolean;
  readonly logFile: () => string | null;
}): Report {
  const isTerminal = process.stdout.isTTY === true && !json;
  const log = (text: string): void => {
    const file = logFile();
    if (file === null || text === "") {
      return;
    }
    try {
      appendFileSync(file, `${redactCredentials(text.trimEnd())}\n`, { mode: 0o600 });
    } catch {
      // A full disk: a deploy, or its way back, goes on without its log.
    }
  };
  const print = (fields: object, text: string, style: "green" | "red" | "bold" | null = null): void => {
    const indent = /^ */.exec(text)?.[0] ?? "";
    const line = indent + cleanLine(text.trimStart());
    log(`${new Date(systemClock.nowMs()).toISOString()} ${line}`);
    if (json) {
      console.log(toJson(fields));
    } else {
      console.log(isTerminal ? `\r\u001b[K${style === null ? line : styleText(style, line)}` : line);
    }
  };
  return {
    step: async (name, work) => {
      const [number, title] = STEPS[name];
      const startedMs = systemClock.monotonicMs();
      const describe = (isOk: boolean, said: string): void => {
        const tookMs = Math.round(systemClock.monotonicMs() - startedMs);
        const fields = { step: number, name, ok: isOk, took_ms: tookMs, said };
        const time = new Date(systemClock.nowMs()).toLocaleTimeString("en-GB");
        const text = `${time} ${number}/8 ${title}: ${isOk ? "" : "FAILED: "}${said} (${(tookMs / 1000).toFixed(1)} s)`;
        print(fields, text, isOk ? "green" : "red");
      };
      if (isTerminal) {
        process.stdout.write(`... ${number}/8 ${title}`);
      }
      try {
        describe(true, await work());
      } catch (error) {
        describe(false, error instanceof Error ? error.message : String(error));
        throw error;
      }
    },
    say: (text) => print({ said: text }, text),
    log,
    end: (result, exitCode, text) => {
      const file = logFile();
      const where = exitCode === 0 || file === null ? "" : ` The log is ${file}.`;
      print({ result, exit_code: exitCode, said: text, log: file }, `${text}${where}`, exitCode === 0 ? "bold" : "red");
    },
  };
}
