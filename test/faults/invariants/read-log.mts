import type { StagedProcess } from "../contracts.mts";
import type { LogLine } from "./observations.mts";

/** Creates the function that returns the lines which came since its last call. What is not JSON is no line of the log. */
export function createLogReader(
  program: Pick<StagedProcess, "output">,
  name: LogLine["process"],
): (atMs: number) => readonly LogLine[] {
  let read = 0;
  return (atMs) => {
    const output = program.output();
    const end = output.lastIndexOf("\n") + 1;
    const added = output.slice(read, end);
    read = Math.max(read, end);
    return added.split("\n").flatMap((line) => {
      const record = parseRecord(line);
      if (record === null) {
        return [];
      }
      const { pid, level, msg, ...fields } = record;
      return [{ atMs, process: name, pid: Number(pid), level: String(level), msg: String(msg ?? ""), fields }];
    });
  };
}

function parseRecord(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith("{")) {
    return null;
  }
  try {
    return JSON.parse(line);
  } catch {
    // Two processes that share a full disk may tear a line.
    return null;
  }
}
