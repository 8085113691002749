import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { createStagedClock } from "./clock.mts";
import { createStagedDisk } from "./disk.mts";
import { preloadEnvironment } from "./preload.mts";
import { startProbe } from "./probe.mts";
import { isSkipped, stageTools } from "./tools.mts";

const tools = await stageTools();

async function setUp() {
  const disk = await createStagedDisk();
  onTestFinished(disk.close);
  const clock = await createStagedClock(disk.folder);
  const probe = startProbe(clock?.preload ?? null, disk.preload);
  onTestFinished(probe.kill);
  return { disk, clock, probe, does: (deed: string) => probe.does(deed, disk.dataDir) };
}

describe.skipIf(isSkipped(tools, "tmpfs"))("a disk of its own", () => {
  test("is full for whoever writes, until space is given back", async () => {
    const { disk, does } = await setUp();
    await disk.fill("data");
    expect(await does("write")).toMatchObject({ code: "ENOSPC" });
    expect(await disk.touched("data")).toBeGreaterThan(0);
    await disk.free("data");
    expect(await does("write")).not.toHaveProperty("code");
  });

  test("stays full when something is removed from it", async () => {
    const { disk, does } = await setUp();
    await does("write");
    await disk.fill("data");
    await does("rename");
    expect(await does("remove")).not.toHaveProperty("code");
    await expect.poll(() => does("write")).toMatchObject({ code: "ENOSPC" });
  });

  test("is read-only for whoever writes, also as root", async () => {
    const { disk, does } = await setUp();
    await does("write");
    await disk.readOnly("data", true);
    expect(await does("write")).toMatchObject({ code: "EROFS" });
    expect(await does("mkdir")).toMatchObject({ code: "EROFS" });
    expect(await does("read")).toMatchObject({ result: expect.stringContaining("xxx") });
    expect(await disk.touched("data")).toBe(2);
    await disk.readOnly("data", false);
    expect(await does("write")).not.toHaveProperty("code");
  });

  test("is unmounted and removed while a process hangs in it", async () => {
    const { disk, does } = await setUp();
    await disk.calls("hang");
    void does("write");
    await expect.poll(() => disk.touched("data")).toBe(1);
    await disk.close();
    await expect(access(disk.folder)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await readFile("/proc/self/mounts", "utf8")).not.toContain(disk.folder);
  });

  test("is unmounted and removed when the test run is killed", async () => {
    const program = `import { startDiskGuard } from ${JSON.stringify(new URL("disk-guard.mjs", import.meta.url).href)};
      process.stdout.write((await startDiskGuard({ mounts: true })).folder);`;
    const run = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const folder = String((await once(run.stdout, "data"))[0]);
    expect(await readFile("/proc/self/mounts", "utf8")).toContain(folder);
    run.kill("SIGKILL");
    await expect.poll(() => readFile("/proc/self/mounts", "utf8")).not.toContain(folder);
    await expect.poll(() => access(folder).catch((error) => error.code)).toBe("ENOENT");
  });
});

describe.skipIf(isSkipped(tools, "shim"))("calls below the folder", () => {
  const deeds = ["stat", "list", "write", "syncFile", "syncFolder", "read", "mkdir", "rename", "remove"];

  test.each(deeds)("%s hangs until it is let go, and nothing else does", async (deed) => {
    const { disk, clock, does, probe } = await setUp();
    for (const earlier of deeds.slice(2, deeds.indexOf(deed))) {
      await does(earlier);
    }
    await disk.calls("hang");
    let answered = false;
    const answer = does(deed).then((each) => {
      answered = true;
      return each;
    });
    await expect.poll(() => disk.touched("data")).toBe(1);
    expect(await probe.does("list", disk.logDir)).toMatchObject({ result: [] });
    await clock?.set(3_600_000);
    expect(answered).toBe(false);
    await disk.calls("none");
    expect(await answer).not.toHaveProperty("code");
  });

  test("four that hang occupy all of the threads that Node has for files and names", async () => {
    const { disk, does, probe } = await setUp();
    await disk.calls("hang");
    for (let call = 0; call < 4; call++) {
      void does("stat");
    }
    await expect.poll(() => disk.touched("data")).toBe(4);
    let listed = false;
    const list = probe.does("list", disk.logDir).then(() => {
      listed = true;
    });
    await probe.does("waits");
    expect(listed).toBe(false);
    await disk.calls("none");
    await list;
  });

  test("a process that hangs in them can be killed", async () => {
    const { disk, does, probe } = await setUp();
    await disk.calls("hang");
    void does("write");
    await expect.poll(() => disk.touched("data")).toBe(1);
    await probe.kill();
  });

  test("a folder that cannot be synced refuses that only", async () => {
    const { disk, does } = await setUp();
    await disk.calls("unsyncable");
    await does("write");
    expect(await does("syncFile")).not.toHaveProperty("code");
    expect(await disk.touched("data")).toBe(0);
    expect(await does("syncFolder")).toMatchObject({ code: "EINVAL" });
    expect(await disk.touched("data")).toBe(1);
  });

  test("a broken disk syncs nothing", async () => {
    const { disk, does } = await setUp();
    await does("write");
    await disk.calls("broken");
    expect(await does("syncFile")).toMatchObject({ code: "EIO" });
    expect(await does("syncFolder")).toMatchObject({ code: "EIO" });
  });
});

describe.skipIf(isSkipped(tools, "shim"))("what a program prints to the log's disk", () => {
  /** Prints a line by a thread in each 10 ms, and says on its error output how long its event loop was held at most. */
  const PRINTS = `const { write } = require("node:fs");
    let last = performance.now(), longest = 0, refused = 0, busy = false;
    setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (!busy) {
        busy = true;
        write(1, "line\\n", (error) => { busy = false; refused += error?.code === "EROFS" ? 1 : 0; });
      }
    }, 10);
    process.on("message", () => process.send({ longest, refused }));`;

  async function prints() {
    const disk = await createStagedDisk();
    onTestFinished(disk.close);
    const path = join(disk.logDir, "printed.log");
    const file = openSync(path, "a");
    const env = { ...process.env, ...preloadEnvironment([disk.preload]) };
    const child = spawn(process.execPath, ["--eval", PRINTS], { env, stdio: ["ignore", file, "inherit", "ipc"] });
    closeSync(file);
    onTestFinished(() => void child.kill("SIGKILL"));
    const size = async () => (await stat(path)).size;
    await expect.poll(size).toBeGreaterThan(0);
    const told = async (): Promise<{ readonly longest: number; readonly refused: number }> => {
      child.send("tell");
      return (await once(child, "message"))[0];
    };
    return { disk, size, told };
  }

  test("hangs until it is let go, in a thread", async () => {
    const { disk, size, told } = await prints();
    await disk.logCalls("hang");
    await expect.poll(() => disk.touched("log")).toBe(1);
    const before = await size();
    await sleep(1_000);
    expect(await size()).toBe(before);
    expect((await told()).longest).toBeLessThan(900);
    await disk.logCalls("none");
    await expect.poll(size).toBeGreaterThan(before);
  });

  test("is refused", async () => {
    const { disk, told } = await prints();
    await disk.logCalls("readOnly");
    await expect.poll(async () => (await told()).refused).toBeGreaterThan(0);
    expect(await disk.touched("log")).toBeGreaterThan(0);
    expect(await disk.touched("data")).toBe(0);
  });
});
