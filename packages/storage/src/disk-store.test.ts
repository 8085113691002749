import { spawnSync } from "node:child_process";
import { closeSync, constants, existsSync, openSync } from "node:fs";
import {
  chmod,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { encodePublication } from "./disk-format.ts";
import { createDiskStore } from "./disk-store.ts";
import { STORAGE_DURATIONS } from "./durations.ts";
import {
  describeComparingStore,
  describeDocumentStore,
  describeFlushableStore,
  describeLastingStore,
  publicationOf,
} from "./testing/document-store-conformance.ts";
import { openDisk, openPublisher } from "./testing/tools.ts";

const createPlace = async () => {
  const folder = await createTemporaryFolder();
  const directory = join(folder.path, "data");
  return {
    open: () => openDisk(directory),
    flush: () => rm(directory, { recursive: true }),
    dispose: () => folder.remove(),
  };
};
describeDocumentStore("The disk store", createPlace);
describeComparingStore("The disk store", createPlace);
describeLastingStore("The disk store", createPlace);
describeFlushableStore("The disk store", createPlace);

describe("The disk store", () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let directory: string;
  const heldPath = (sequence: number): string => join(directory, `last-known-good.${sequence}.json`);

  beforeEach(async () => {
    folder = await createTemporaryFolder();
    directory = join(folder.path, "deep", "data");
  });
  afterEach(() => folder.remove());

  test("survives the process: another one reads its publication", async () => {
    await openDisk(directory).publish(publicationOf(41));
    const restarted = openDisk(directory);
    expect(await restarted.read()).toEqual(publicationOf(41));
    expect(await restarted.publish(publicationOf(41))).toEqual({ published: false, currentSequence: 41 });
  });

  test("keeps two files, the newest and the one before, for its owner only, in a folder for its owner only", async () => {
    const store = openDisk(directory);
    for (const sequence of [1, 2, 3]) {
      await store.publish(publicationOf(sequence));
    }
    expect((await readdir(directory)).toSorted()).toEqual(["last-known-good.2.json", "last-known-good.3.json"]);
    expect((await stat(heldPath(3))).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  test("refuses a publication that was overtaken while it was being written, and leaves nothing of it", async () => {
    const slow = openDisk(directory).publish({
      sequence: 5,
      documents: new Map([["mobile:snapshot", "x".repeat(20_000_000)]]),
    });
    const store = openDisk(directory);
    expect(await store.publish(publicationOf(6))).toEqual({ published: true });
    expect(await slow).toEqual({ published: false, currentSequence: 6 });
    expect(await readdir(directory)).toEqual(["last-known-good.6.json"]);
  });

  test("does not take documents that vanish between looking them up and reading them for an empty store", async () => {
    await mkdir(directory, { recursive: true });
    // A name that is listed but cannot be opened: the same to a reader as a file that is replaced each time it looks.
    await symlink(join(directory, "nowhere"), heldPath(3));
    await expect(openDisk(directory).read()).rejects.toMatchObject({ code: "store_busy", retryable: true });
  });

  test("leaves other files and the folder's own mode alone", async () => {
    await mkdir(directory, { recursive: true, mode: 0o755 });
    await chmod(directory, 0o755);
    const others = ["history.json", "last-known-good.json", "last-known-good.1.json.bak", "last-known-good.x.json"];
    for (const name of others) {
      await writeFile(join(directory, name), "mine");
    }
    const store = openDisk(directory);
    await store.publish(publicationOf(1));
    await store.publish(publicationOf(2));
    const own = ["last-known-good.1.json", "last-known-good.2.json"];
    expect((await readdir(directory)).toSorted()).toEqual([...others, ...own].toSorted());
    for (const name of others) {
      expect(await readFile(join(directory, name), "utf8")).toBe("mine");
    }
    expect((await stat(directory)).mode & 0o777).toBe(0o755);
  });

  test.each([
    ["cut off in the middle", (text: string) => text.slice(0, text.length / 2), 5],
    ["empty", () => "", 0],
    ["another program's", () => '{"some":"json"}', 0],
    ["of another sequence than its name says", (text: string) => text.replace('"sequence":5', '"sequence":6'), 0],
  ])("reports a file that is %s, and the next publication replaces it", async (_, damage, sequence) => {
    const written = openDisk(directory);
    await written.publish(publicationOf(5));
    const damaged = damage(await readFile(heldPath(5), "utf8"));
    await writeFile(heldPath(5), damaged);
    const recorded = createRecordedLog();
    const store = openDisk(directory, recorded);
    const failure = await store.read().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "publication_damaged", retryable: false });
    expect(String(failure)).toContain(heldPath(5));
    expect(await store.sequence(), "as its first bytes say, so that it never goes back").toBe(sequence);

    expect(await store.publish(publicationOf(6))).toEqual({ published: true });
    expect(await store.read()).toEqual(publicationOf(6));
    expect(await readFile(join(directory, "last-known-good.corrupt"), "utf8")).toBe(damaged);
    expect(recorded.linesWith("movedTo")).toMatchObject([{ movedTo: join(directory, "last-known-good.corrupt") }]);
  });

  test("goes back to the one before when the newest is damaged, and still never gives its number again", async () => {
    const written = openDisk(directory);
    await written.publish(publicationOf(5));
    await written.publish(publicationOf(6));
    const cutOff = (await readFile(heldPath(6), "utf8")).slice(0, -20);
    await writeFile(heldPath(6), cutOff);
    const store = openDisk(directory);
    expect(await store.read()).toEqual(publicationOf(5));
    expect([await store.readOlder?.(6), await store.readOlder?.(5)]).toEqual([publicationOf(5), null]);
    expect(await store.sequence()).toBe(6);
    expect(await store.publish(publicationOf(6))).toEqual({ published: false, currentSequence: 6 });
    expect(await store.publish(publicationOf(7))).toEqual({ published: true });
    // The damaged one is out of the way, and the good one before stays.
    await writeFile(heldPath(7), "{");
    expect(await openDisk(directory).read()).toEqual(publicationOf(5));
  });

  test.each([
    ["9007199254740991", "{}"],
    ["9007199254740991", [...encodePublication(publicationOf(9_007_199_254_740_991))].join("")],
    ["99999999999", [...encodePublication(publicationOf(5))].join("")],
    ["99999999999", '{"format":'],
  ])("ignores the number in the name of a file of which nothing in it carries it: %s, %j", async (number, text) => {
    const written = openDisk(directory);
    await written.publish(publicationOf(5));
    await writeFile(join(directory, `last-known-good.${number}.json`), text);
    const recorded = createRecordedLog();
    const store = openDisk(directory, recorded);
    for (let look = 0; look < 3; look++) {
      expect(await store.sequence()).toBe(5);
    }
    expect(recorded.linesWith("ignored")).toMatchObject([{ level: "warn", file: `last-known-good.${number}.json` }]);
    const publisher = openPublisher([store], recorded);
    expect(await publisher.publish((sequence) => publicationOf(sequence), 5)).toMatchObject({ sequence: 6 });
    expect(await store.read()).toEqual(publicationOf(6));
    expect((await readdir(directory)).toSorted()).toEqual([
      "last-known-good.5.json",
      "last-known-good.6.json",
      "last-known-good.corrupt",
    ]);
    expect(recorded.linesWith("ignored")).toHaveLength(1);
  });

  test("counts a file that is there where a folder cannot be synced, says so once, and removes the older ones", async () => {
    const handle = await open(folder.path);
    const prototype = Object.getPrototypeOf(handle);
    await handle.close();
    const sync = prototype.sync;
    const spy = vi.spyOn(prototype, "sync").mockImplementation(async function (this: FileHandle) {
      if ((await this.stat()).isDirectory()) {
        throw Object.assign(new Error("EINVAL: invalid argument, fsync"), { code: "EINVAL", syscall: "fsync" });
      }
      return sync.call(this);
    });
    onTestFinished(() => spy.mockRestore());
    const recorded = createRecordedLog();
    const store = openDisk(directory, recorded);
    for (const sequence of [1, 2, 3, 4]) {
      expect(await store.publish(publicationOf(sequence))).toEqual({ published: true });
    }
    expect((await readdir(directory)).toSorted()).toEqual(["last-known-good.3.json", "last-known-good.4.json"]);
    expect(recorded.lines).toMatchObject([{ level: "warn", err: { code: "EINVAL" } }]);
  });

  test("counts a file that is there when an older one cannot be removed, and says so once", async () => {
    const store = openDisk(directory);
    await store.publish(publicationOf(2));
    // A folder can neither be read nor removed like a file.
    await mkdir(heldPath(1));
    const recorded = createRecordedLog();
    const other = openDisk(directory, recorded);
    for (const sequence of [3, 4, 5]) {
      expect(await other.publish(publicationOf(sequence))).toEqual({ published: true });
    }
    expect(await other.read()).toEqual(publicationOf(5));
    expect(recorded.lines.map(({ level }) => level)).toEqual(["warn"]);
  });

  test("gives up an operation that hangs, holds no second thread with it, and works when the disk is back", async () => {
    await openDisk(directory).publish(publicationOf(1));
    // Opening a pipe to which nobody writes hangs, as a network drive does that is gone.
    expect(spawnSync("mkfifo", [heldPath(2)]).status).toBe(0);
    // A test that fails before it has opened the other end must not leave the thread hanging; the folder may be gone already.
    onTestFinished(() => {
      if (existsSync(heldPath(2))) {
        closeSync(openSync(heldPath(2), constants.O_RDWR));
      }
    });
    const recorded = createRecordedLog();
    const clock = createFakeClock();
    const store = createDiskStore({ directory, ...recorded, clock, durations: STORAGE_DURATIONS });
    // A start asks for more at once than Node has threads for files, which also compress the answers.
    const uses = Array.from({ length: 8 }, () => store.sequence().catch((error: unknown) => error));
    await expect.poll(() => clock.sleeping()).toBe(1);
    expect((await stat(directory)).isDirectory()).toBe(true);
    await clock.advance(STORAGE_DURATIONS.diskMs);
    for (const use of uses) {
      expect(await use).toMatchObject({ name: "StoreError", code: "store_timeout", retryable: true });
    }
    for (const use of [() => store.sequence(), () => store.read(), () => store.publish(publicationOf(3))]) {
      await expect(use()).rejects.toMatchObject({ code: "store_timeout" });
    }
    expect(recorded.lines).toMatchObject([{ level: "warn", outage: "disk" }]);

    const pipe = await open(heldPath(2), "w");
    await pipe.close();
    await rm(heldPath(2));
    await expect.poll(() => store.sequence().catch(() => null)).toBe(1);
    expect(await store.publish(publicationOf(3))).toEqual({ published: true });
    expect(recorded.lines.at(-1)).toMatchObject({ level: "info", outage: "disk" });
  });

  test("removes the half-written file of a killed process, and nothing that may still be in use", async () => {
    const leftover = "last-known-good.7.0.tmp";
    const inUse = "last-known-good.8.0.tmp";
    await mkdir(directory, { recursive: true });
    for (const name of [leftover, inUse]) {
      await writeFile(join(directory, name), '{"format":');
    }
    const anHourAgoS = (await stat(join(directory, inUse))).mtimeMs / 1000 - 3600;
    await utimes(join(directory, leftover), anHourAgoS, anHourAgoS);

    const store = openDisk(directory);
    expect(await store.read(), "half a file is never read").toBeNull();
    await store.publish(publicationOf(8));
    expect((await readdir(directory)).toSorted()).toEqual(["last-known-good.8.0.tmp", "last-known-good.8.json"]);
  });

  test("names the folder and DATA_DIR when it is not a folder", async () => {
    await writeFile(join(folder.path, "file"), "");
    const store = openDisk(join(folder.path, "file", "data"));
    for (const use of [() => store.publish(publicationOf(1)), () => store.read(), () => store.sequence()]) {
      const failure = await use().catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: "StoreError", retryable: false });
      expect(String(failure)).toContain(join(folder.path, "file", "data"));
      expect(failure).toHaveProperty("hint", expect.stringContaining("DATA_DIR"));
    }
  });

  test("names the folder and DATA_DIR when it may not write there", async () => {
    await mkdir(directory, { recursive: true });
    await chmod(folder.path, 0o755);
    await chmod(join(folder.path, "deep"), 0o755);
    await chmod(directory, 0o555);
    const failure = await asNobody(() => openDisk(directory).publish(publicationOf(1)));
    await chmod(directory, 0o755);
    expect(failure).toMatchObject({ name: "StoreError", code: "store_unwritable", retryable: false });
    expect(String(failure)).toContain(directory);
    expect(failure).toHaveProperty("hint", expect.stringContaining("DATA_DIR"));
  });

  test("keeps the old documents when there is no room for the new ones, and goes on when there is", async () => {
    const store = openDisk(directory);
    await store.publish(publicationOf(1));
    const big = { sequence: 2, documents: new Map([["mobile:snapshot", "x".repeat(200_000)]]) };

    limitFileSize("100000");
    const failure = await store.publish(big).catch((error: unknown) => error);
    limitFileSize("unlimited");

    expect(failure).toMatchObject({ name: "StoreError", code: "disk_full", retryable: true });
    expect(String(failure)).toContain(directory);
    expect(failure).toHaveProperty("hint", expect.stringContaining("DATA_DIR"));
    expect(await readdir(directory), "nothing half written is left").toEqual(["last-known-good.1.json"]);
    expect(await store.read()).toEqual(publicationOf(1));
    expect(await store.publish(big)).toEqual({ published: true });
  });
});

/** Runs as a user without rights, when the tests run as root, whom no file mode stops. Returns the error. */
async function asNobody(action: () => Promise<unknown>): Promise<unknown> {
  const root = process.geteuid?.() === 0;
  if (root) {
    process.seteuid?.(65_534);
  }
  try {
    return await action().catch((error: unknown) => error);
  } finally {
    if (root) {
      process.seteuid?.(0);
    }
  }
}

/** A full disk without filling one: the kernel refuses this process any larger file. */
function limitFileSize(bytes: string): void {
  const result = spawnSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:unlimited`]);
  expect(result.status, "prlimit (Debian package util-linux) is needed").toBe(0);
}
