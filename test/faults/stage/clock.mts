import { readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StagedClock } from "../contracts.mts";
import type { Preload } from "./preload.mts";
import { stageTools } from "./tools.mts";

/** The clock, and how a program is put under it. */
export interface PreparedClock extends StagedClock {
  readonly preload: Preload;
  /** Removes what libfaketime leaves behind in shared memory for each process that was killed. */
  close(): Promise<void>;
}

const SHARED_MEMORY = "/dev/shm";
const LEFTOVER = /^(?:sem\.)?faketime_(?:sem|shm)_(\d+)$/;

/**
 * Makes a wall clock for one stage; null where libfaketime is missing. Programs that are started with its `preload` see each
 * `set` at their next look at the clock, since nothing is cached: 4 us for each look. The monotonic clock, timers and waits are true.
 *
 * @param folder for its file; whoever made it removes it
 */
export async function createStagedClock(folder: string): Promise<PreparedClock | null> {
  const { faketime } = await stageTools();
  if (faketime === null) {
    return null;
  }
  const file = join(folder, "clock");
  let offset = 0;
  let last: Promise<void> = Promise.resolve();

  const write = async (offsetMs: number): Promise<void> => {
    const sign = offsetMs < 0 ? "-" : "+";
    await writeFile(`${file}.new`, `${sign}${(Math.abs(offsetMs) / 1_000).toFixed(3)}\n`);
    await rename(`${file}.new`, file);
    offset = offsetMs;
  };

  /** One after the other: they use the same file. */
  const set = (offsetMs: number): Promise<void> => {
    last = last.then(() => write(offsetMs));
    return last;
  };

  await removeLeftovers();
  await set(0);
  return {
    offsetMs: () => offset,
    set,
    preload: {
      library: faketime,
      variables: {
        FAKETIME_TIMESTAMP_FILE: file,
        FAKETIME_NO_CACHE: "1",
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
        // Times of files come from the kernel, which is how it is with a file server too.
        NO_FAKE_STAT: "1",
      },
    },
    close: removeLeftovers,
  };
}

/** A later process that happened to get the id of a killed one could not start. */
async function removeLeftovers(): Promise<void> {
  const running = new Set(await readdir("/proc"));
  for (const name of await readdir(SHARED_MEMORY)) {
    const [, pid] = LEFTOVER.exec(name) ?? [];
    if (pid !== undefined && !running.has(pid)) {
      await rm(join(SHARED_MEMORY, name), { force: true });
    }
  }
}
