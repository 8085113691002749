// Makes the folders of a staged disk, and takes them away again, whatever becomes of the process that asked for them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

// A soak has ten times as many symbols, and its logs grow for minutes.
const [DATA_MB, LOG_MB] = process.env.PULSEBOARD_SOAK === undefined ? [8, 4] : [64, 32];

/**
 * Mounts, says so, and waits for the end of its input. That comes when the test's process ends, however it ends: no mount is left
 * behind by a test run that was killed. The lazy unmount takes the folders away from processes that still have files open there.
 */
const GUARD = `cd / && mkdir "$FOLDER/data" "$FOLDER/log" || exit 1
if [ "$MOUNTS" = true ]; then
  mount -t tmpfs -o size="$DATA_MB"m,mode=0700 pulseboard-faults "$FOLDER/data" &&
  mount -t tmpfs -o size="$LOG_MB"m,mode=0700 pulseboard-faults "$FOLDER/log" || failed=yes
fi
[ "$failed" = yes ] || echo ready
[ "$failed" = yes ] || cat >/dev/null
if [ "$MOUNTS" = true ]; then
  umount -l "$FOLDER/data"
  umount -l "$FOLDER/log"
fi
rm -rf --one-file-system "$FOLDER"`;

/**
 * @param {{ readonly mounts: boolean }} options mounts: the folders "data" and "log" are to be file systems of their own, of some MB
 * @returns {Promise<{ readonly folder: string, end(): Promise<void> }>} end: unmounts and removes everything, and throws if a mount is left
 */
export async function startDiskGuard({ mounts }) {
  const folder = await mkdtemp(join(tmpdir(), "pulseboard-stage-"));
  const guard = spawn("/bin/sh", ["-c", GUARD], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, FOLDER: folder, MOUNTS: String(mounts), DATA_MB: `${DATA_MB}`, LOG_MB: `${LOG_MB}` },
    // Ctrl-C is for the test, not for the guard.
    detached: true,
  });
  const gone = once(guard, "close");
  const complaints = text(guard.stderr);
  const ready = await Promise.race([once(guard.stdout, "data"), gone.then(() => null)]);
  if (ready === null) {
    throw new Error(`The disks of a stage could not be made: ${await complaints}`);
  }
  return {
    folder,
    end: async () => {
      guard.stdin.end();
      await gone;
      const mountTable = mounts ? await readFile("/proc/self/mounts", "utf8") : "";
      if (mountTable.includes(`${folder}/`)) {
        throw new Error(`A mount below ${folder} is left behind: ${await complaints}`);
      }
    },
  };
}
