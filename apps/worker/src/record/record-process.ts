import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { isRecord, PulseboardError } from "@pulseboard/runtime";
import type { RecordMarket } from "./compute-record.ts";

export interface RecordProcessOptions {
  /** The file that Node runs, with a command as its first argument. */
  readonly programFile: string;
  readonly market: RecordMarket;
  /** Keeps the statistics of a day; called for one day after the other, oldest first. */
  readonly keep: (day: string, text: string) => Promise<unknown>;
  /** Ends it: the worker ends. */
  readonly signal: AbortSignal;
  /** Time after which it is given up. */
  readonly deadlineMs: number;
}

/** The heap of the process, MB: some days of history at a time, and the statistics of 400 days. */
const HEAP_MB = 256;
/** Of what it complains, for the log. */
const MAX_COMPLAINT = 2_000;

/**
 * Computes the record in a process of its own, at a low priority, so that nothing holds the event loop of this one; it reads the history
 * that this one writes. It ends by itself when this process ends, in whatever way.
 *
 * @returns the text of `mobile:record`; null without any history
 * @throws PulseboardError "record_failed" when it does not come to its end
 */
export async function computeRecordApart(options: RecordProcessOptions): Promise<string | null> {
  const { programFile, market, keep, signal, deadlineMs } = options;
  const args = [`--max-old-space-size=${HEAP_MB}`, programFile, "record", "--to-worker", JSON.stringify(market)];
  const child = spawn(process.execPath, args, {
    // Nothing of the configuration: it needs no more than it is told.
    env: {},
    stdio: ["pipe", "pipe", "pipe"],
    signal,
    timeout: deadlineMs,
    killSignal: "SIGKILL",
  });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = `${complaint}${text}`.slice(-MAX_COMPLAINT);
  });
  // Its end says why.
  child.stdin.on("error", () => undefined);
  const ended = once(child, "close").catch((cause: unknown) => {
    throw failed("the process could not run", cause);
  });
  let document: string | null | undefined;
  const talk = async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const message: unknown = JSON.parse(line);
      if (!isRecord(message)) {
        continue;
      }
      if (typeof message.day === "string" && typeof message.text === "string") {
        await keep(message.day, message.text);
      } else if (message.complete === true) {
        child.stdin.write("kept\n");
      } else if (typeof message.document === "string" || message.document === null) {
        document = message.document;
      }
    }
  };
  const [[code, killedBy]] = await Promise.all([ended, talk()]).catch((error: unknown) => {
    // It would wait for ever to hear that all is kept.
    child.kill("SIGKILL");
    throw error;
  });
  if (code !== 0 || document === undefined) {
    throw failed(`the process ended with ${killedBy ?? code}: ${complaint.trim()}`);
  }
  return document;
}

function failed(reason: string, cause?: unknown): PulseboardError {
  return new PulseboardError(`The record could not be computed: ${reason}`, {
    code: "record_failed",
    retryable: true,
    hint: "pulseboard record computes it by hand, and says more.",
    cause,
  });
}
