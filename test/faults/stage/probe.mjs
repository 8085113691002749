// A program under the staged clock and disk: does what a line on its input says, and answers with a line of JSON.
import { appendFile, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** @type {Record<string, (folder: string) => Promise<unknown>>} */
const deeds = {
  times: async () => ({ wallMs: Date.now(), monotonicMs: performance.now() }),
  waits: async () => {
    const beganMs = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 100));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    return performance.now() - beganMs;
  },
  write: (folder) => appendFile(join(folder, "file"), "x".repeat(10_000)),
  read: (folder) => readFile(join(folder, "file"), "utf8"),
  stat: (folder) => stat(folder),
  list: (folder) => readdir(folder),
  rename: (folder) => rename(join(folder, "file"), join(folder, "renamed")),
  remove: (folder) => rm(join(folder, "renamed")),
  mkdir: (folder) => mkdir(join(folder, "new")),
  syncFolder: (folder) => sync(folder),
  syncFile: (folder) => sync(join(folder, "file")),
};

/** @param {string} path */
async function sync(path) {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

createInterface({ input: process.stdin }).on("line", async (line) => {
  const [id, name = "", folder = ""] = line.split(" ");
  const answer = await deeds[name]?.(folder).then(
    (result) => ({ id: Number(id), result }),
    (error) => ({ id: Number(id), code: error.code }),
  );
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
