import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { StagedDisk } from "../contracts.mts";
import { createFiller, type Filler } from "./disk-filler.mts";
import { startDiskGuard } from "./disk-guard.mjs";
import { createShimControl, type ShimControl } from "./disk-shim.mts";
import type { Preload } from "./preload.mts";
import { stageTools } from "./tools.mts";

/** The disk, and how a program is put on it. */
export interface PreparedDisk extends StagedDisk {
  /** A folder for whatever else a stage needs files for; removed at `close`. Never full. */
  readonly folder: string;
  /** Null where no C compiler is: calls cannot be made to hang there. */
  readonly preload: Preload | null;
  /** Lets all calls go, unmounts and removes everything. Works while processes still use it, and throws if a mount is left. */
  close(): Promise<void>;
}

/** A disk does not become read-only while a file is open for writing on it. */
const REMOUNT_TRIES = 200;
const REMOUNT_PAUSE_MS = 10;

const runFile = promisify(execFile);

/** Makes the disks of one stage: with what the machine allows, see `isMounted` and `preload`. */
export async function createStagedDisk(): Promise<PreparedDisk> {
  const { shim, mounts } = await stageTools();
  const guard = await startDiskGuard({ mounts });
  const { folder } = guard;
  const dataDir = join(folder, "data");
  const logDir = join(folder, "log");
  const control: ShimControl | null =
    shim === null ? null : createShimControl(shim, { dataDir, logDir }, join(folder, "shim"));
  const fillers: Readonly<Record<"data" | "log", Filler>> = { data: createFiller(dataDir), log: createFiller(logDir) };

  const remount = async (mode: "ro" | "rw"): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        await runFile("mount", ["-o", `remount,${mode}`, dataDir]);
        return;
      } catch (error) {
        if (attempt === REMOUNT_TRIES) {
          throw error;
        }
        await sleep(REMOUNT_PAUSE_MS);
      }
    }
  };

  const needShim = (): ShimControl => {
    if (control === null) {
      throw new Error("This stage has no disk shim");
    }
    return control;
  };

  const needMount = (): void => {
    if (!mounts) {
      throw new Error("The disks of this stage are plain folders");
    }
  };

  return {
    folder,
    dataDir,
    logDir,
    isMounted: mounts,
    preload: control?.preload ?? null,
    fill: async (which) => {
      needMount();
      needShim().countFromNow(which);
      fillers[which].fill();
    },
    free: async (which) => fillers[which].free(),
    readOnly: async (_which, on) => {
      needMount();
      if (on) {
        needShim().countFromNow("data");
      }
      await remount(on ? "ro" : "rw");
    },
    calls: async (mode) => needShim().setMode(mode),
    logCalls: async (mode) => needShim().setLogMode(mode),
    touched: async (which) => needShim().counted(which),
    close: async () => {
      control?.close();
      fillers.data.stop();
      fillers.log.stop();
      await guard.end();
    },
  };
}
