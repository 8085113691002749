import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isRecord, systemClock } from "@pulseboard/runtime";
import { DeployError } from "./deploy-error.ts";
import type { Layout } from "./layout.ts";

/** How far a deploy or a rollback has come. */
interface Entry {
  readonly pid: number;
  /** When that process was started, as the kernel counts it: ids are used again. */
  readonly processStart: string;
  readonly began: string;
  /** The furthest that this run, or one before it that was cut off, has come; null where a damaged file no longer says it. */
  readonly step: number | null;
  /** The release that ran before; null at the first deploy. */
  readonly from: string | null;
  /** The release that is to run; null until it is unpacked. */
  readonly to: string | null;
}

type Progress = Pick<Entry, "step" | "from" | "to">;

/** Of a damaged file. */
const NOT_KNOWN: Progress = { step: null, from: null, to: null };

export interface Journal {
  /** A deploy that ended without its last word (power cut, kill -9); null when there was none. */
  readonly unfinished: Progress | null;
  /** Notes what is done now, so that the next deploy knows after a power cut. */
  note(change: Partial<Progress>): void;
  /** The end: another deploy may run. */
  close(): void;
  /** The end of a run that has changed nothing: the next one still learns of what one before it has left. */
  handBack(): void;
}

/**
 * Opens the lock file, which is also the journal: whoever runs next after a power cut reads there how far this deploy came.
 *
 * @throws DeployError when another deploy or rollback runs there
 */
export function openJournal({ lockFile }: Layout): Journal {
  let entry: Entry = {
    pid: process.pid,
    processStart: processStart(process.pid) ?? "",
    began: new Date(systemClock.nowMs()).toISOString(),
    step: 0,
    from: null,
    to: null,
  };
  const own = `${lockFile}.${process.pid}`;
  const write = (): void => {
    try {
      writeFileSync(own, JSON.stringify(entry));
    } catch (error) {
      // A full disk keeps an empty file.
      rmSync(own, { force: true });
      throw error;
    }
  };
  write();
  let left: string | null;
  try {
    left = takeLock(lockFile, own);
  } finally {
    rmSync(own, { force: true });
  }
  const unfinished = left === null ? null : (parse(left) ?? NOT_KNOWN);
  const note: Journal["note"] = (change) => {
    entry = { ...entry, ...change };
    if (unfinished !== null && change.step !== undefined) {
      // Cut off too, this run must not hide that the one before it may have switched.
      entry = { ...entry, step: furthest(unfinished.step, change.step) };
    }
    write();
    renameSync(own, lockFile);
  };
  if (unfinished !== null) {
    const { step, from, to } = unfinished;
    note({ step, from, to });
  }
  return {
    unfinished,
    note,
    close: () => rmSync(lockFile, { force: true }),
    handBack: () => {
      if (unfinished === null) {
        rmSync(lockFile, { force: true });
      }
    },
  };
}

function furthest(before: number | null, now: number | null): number | null {
  return before === null || now === null ? null : Math.max(before, now);
}

/**
 * A link fails where there is a lock: whoever links has it, and the file is whole from the start.
 *
 * @returns what the lock of a process that is gone says; null where there was none
 */
function takeLock(lockFile: string, own: string): string | null {
  try {
    linkSync(own, lockFile);
    return null;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) {
      throw error;
    }
  }
  const text = read(lockFile);
  const found = parse(text);
  const isRunning = found !== null && processStart(found.pid) === found.processStart;
  const aside = `${lockFile}.stale-${process.pid}`;
  if (!isRunning) {
    // Of two that come after the same power cut, one finds the lock of the other in its place, and gives it back.
    renameSync(lockFile, aside);
    if (read(aside) === text) {
      rmSync(aside);
      linkSync(own, lockFile);
      return text;
    }
    linkSync(aside, lockFile);
    rmSync(aside);
  }
  throw new DeployError(`Another deploy or rollback runs there (process ${found?.pid}, since ${found?.began}): wait`);
}

/** Empty where another run has just taken it away. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return "";
    }
    throw error;
  }
}

/** @returns null where it was emptied or cut off, such as by a power cut: nobody is known to hold it */
function parse(text: string): Entry | null {
  try {
    const entry: unknown = JSON.parse(text);
    return isEntry(entry) ? entry : null;
  } catch {
    return null;
  }
}

function isEntry(value: unknown): value is Entry {
  if (!isRecord(value)) {
    return false;
  }
  const { pid, processStart: started, began, step, from, to } = value;
  return (
    Number.isSafeInteger(pid) &&
    (step === null || Number.isSafeInteger(step)) &&
    [started, began].every((text) => typeof text === "string") &&
    [from, to].every((name) => name === null || typeof name === "string")
  );
}

/** The boot and the moment of the process's start, in the kernel's words; null when there is no such process. */
function processStart(pid: number): string | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    // State Z: dead, and only waiting for its parent.
    return fields[0] === "Z" ? null : `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${fields[19]}`;
  } catch {
    return null;
  }
}
