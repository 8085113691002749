import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { systemClock } from "@pulseboard/runtime";
import { DeployError } from "./deploy-error.ts";
import type { Layout } from "./layout.ts";

/** How far a deploy or a rollback has come. */
interface Entry {
  readonly pid: number;
  /** When that process was started, as the kernel counts it: ids are used again. */
  readonly processStart: string;
  readonly began: string;
  readonly step: number;
  /** The release that ran before; null at the first deploy. */
  readonly from: string | null;
  /** The release that is to run; null until it is unpacked. */
  readonly to: string | null;
}

export interface Journal {
  /** A deploy that ended without its last word (power cut, kill -9); null when there was none. */
  readonly unfinished: Pick<Entry, "step" | "from" | "to"> | null;
  /** Notes what is done now, so that the next deploy knows after a power cut. */
  note(change: Partial<Pick<Entry, "step" | "from" | "to">>): void;
  /** The end: another deploy may run. */
  close(): void;
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
  const write = (): void => writeFileSync(own, JSON.stringify(entry));
  write();
  const unfinished = takeLock(lockFile, own);
  rmSync(own);
  return {
    unfinished,
    note: (change) => {
      entry = { ...entry, ...change };
      write();
      renameSync(own, lockFile);
    },
    close: () => rmSync(lockFile, { force: true }),
  };
}

/** A link fails where there is a lock: whoever links has it, and the file is whole from the start. */
function takeLock(lockFile: string, own: string): Journal["unfinished"] {
  try {
    linkSync(own, lockFile);
    return null;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) {
      rmSync(own);
      throw error;
    }
  }
  const found = read(lockFile);
  const isRunning = found !== null && processStart(found.pid) === found.processStart;
  const aside = `${lockFile}.stale-${process.pid}`;
  if (!isRunning) {
    // Of two that come after the same power cut, one finds the lock of the other in its place, and gives it back.
    renameSync(lockFile, aside);
    const taken = read(aside);
    if (taken?.pid === found?.pid && taken?.began === found?.began) {
      rmSync(aside);
      linkSync(own, lockFile);
      return found;
    }
    linkSync(aside, lockFile);
    rmSync(aside);
  }
  rmSync(own);
  throw new DeployError(`Another deploy or rollback runs there (process ${found?.pid}, since ${found?.began}): wait`);
}

function read(file: string): Entry | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Entry;
  } catch {
    // Emptied by the power cut: nobody is known to hold it.
    return null;
  }
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
