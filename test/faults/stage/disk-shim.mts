import { closeSync, openSync, readSync, writeSync } from "node:fs";
import type { StagedDisk } from "../contracts.mts";
import type { Preload } from "./preload.mts";

/** Tells the shim (disk-shim.c) of all processes of one stage what to do, by the file that they map. */
export interface ShimControl {
  readonly preload: Preload;
  /** What becomes of calls from now on. Calls that hang go on as soon as it is something else. */
  setMode(mode: Parameters<StagedDisk["calls"]>[0]): void;
  /** What becomes of writes to the logs from now on. */
  setLogMode(mode: Parameters<StagedDisk["logCalls"]>[0]): void;
  /** `counted` begins at 0 again. */
  countFromNow(which: "data" | "log"): void;
  /** Calls that met a mode below the folder, and what a disk refused there ("data"); the same of the logs ("log"). */
  counted(which: "data" | "log"): number;
  /** Lets all calls go. */
  close(): void;
}

/** As in the C source. */
const MODES = { none: 0, hang: 1, slow: 2, unsyncable: 3, broken: 4, readOnly: 5 } as const;
const OFFSETS = {
  mode: 0,
  slowMs: 4,
  met: 8,
  refusedInside: 16,
  refusedOutside: 24,
  logMode: 32,
  logMet: 40,
  end: 48,
} as const;
/** Less than the program waits for one operation on a disk, more than that for the dozen calls of a publication together. */
const SLOW_CALL_MS = 150;

/** @param path of the file to be made */
export function createShimControl(
  library: string,
  { dataDir, logDir }: Pick<StagedDisk, "dataDir" | "logDir">,
  path: string,
): ShimControl {
  const fd = openSync(path, "w+");
  writeSync(fd, Buffer.alloc(OFFSETS.end), 0, OFFSETS.end, 0);

  const put = (offset: number, value: number): void => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    writeSync(fd, bytes, 0, bytes.length, offset);
  };
  const get = (offset: number): number => {
    const bytes = Buffer.alloc(8);
    readSync(fd, bytes, 0, bytes.length, offset);
    return Number(bytes.readBigInt64LE());
  };
  const total = (which: "data" | "log"): number =>
    which === "data"
      ? get(OFFSETS.met) + get(OFFSETS.refusedInside)
      : get(OFFSETS.logMet) + get(OFFSETS.refusedOutside);
  const from = { data: 0, log: 0 };
  let isOpen = true;

  put(OFFSETS.slowMs, SLOW_CALL_MS);
  return {
    preload: {
      library,
      variables: { PULSEBOARD_SHIM_CONTROL: path, PULSEBOARD_SHIM_FOLDER: dataDir, PULSEBOARD_SHIM_LOG: logDir },
    },
    setMode: (mode) => {
      if (mode !== "none") {
        from.data = total("data");
      }
      put(OFFSETS.mode, MODES[mode]);
    },
    setLogMode: (mode) => {
      if (mode !== "none") {
        from.log = total("log");
      }
      put(OFFSETS.logMode, MODES[mode]);
    },
    countFromNow: (which) => {
      from[which] = total(which);
    },
    counted: (which) => total(which) - from[which],
    close: () => {
      if (isOpen) {
        isOpen = false;
        put(OFFSETS.mode, MODES.none);
        put(OFFSETS.logMode, MODES.none);
        closeSync(fd);
      }
    },
  };
}
