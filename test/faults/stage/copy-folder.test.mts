import { readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { copyFolder } from "./copy-folder.mts";

it("keeps the files of a folder in which a process has its lock", async () => {
  const [from, to] = [await createTemporaryFolder(), await createTemporaryFolder()];
  const lock = createServer();
  onTestFinished(async () => {
    lock.close();
    await from.remove();
    await to.remove();
  });
  await new Promise<void>((listens) => lock.listen(join(from.path, "writer.1"), listens));
  await writeFile(join(from.path, "day"), "1");
  await copyFolder(from.path, join(to.path, "data"));
  expect(await readdir(join(to.path, "data"))).toEqual(["day"]);
});
