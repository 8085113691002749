import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { describe, expect, it, onTestFinished } from "vitest";
import { installation } from "./installation.ts";

async function folderWith(manifest: object): Promise<string> {
  const { path, remove } = await createTemporaryFolder();
  onTestFinished(remove);
  await writeFile(join(path, "package.json"), JSON.stringify(manifest));
  return path;
}

describe("installation", () => {
  it("finds the checkout that this test runs in, and all of its files", () => {
    const found = installation();
    expect(found.kind).toBe("checkout");
    for (const path of [
      join(found.root, "ecosystem.config.js"),
      found.programFile,
      join(found.pageDirectory, "index.html"),
      join(found.docsViewerDirectory, "swagger-ui.css"),
      join(found.boardDirectory, "dist/index.ejs"),
    ]) {
      expect(existsSync(path), path).toBe(true);
    }
  });

  it("names the commit that setup has written", async () => {
    const root = await folderWith({ name: "pulseboard", version: "0.1.0", workspaces: [] });
    expect(installation(root)).toMatchObject({ version: "0.1.0", commit: "unknown" });
    await mkdir(join(root, "apps/pulseboard/dist"), { recursive: true });
    await writeFile(join(root, "apps/pulseboard/dist/commit"), "abc1234\n");
    expect(installation(root)).toMatchObject({ version: "0.1.0", commit: "abc1234" });
  });

  it("finds a release from any folder in it, past the manifests of others", async () => {
    const root = await folderWith({ name: "pulseboard", version: "0.2.0", commit: "abc1234" });
    const folder = join(root, "dist/deep");
    await mkdir(folder, { recursive: true });
    await writeFile(join(root, "dist/package.json"), JSON.stringify({ name: "other", version: "9.9.9" }));
    expect(installation(folder)).toEqual({
      root,
      kind: "release",
      version: "0.2.0",
      commit: "abc1234",
      programFile: join(root, "dist/pulseboard.mjs"),
      pageDirectory: join(root, "assets/page"),
      docsViewerDirectory: join(root, "assets/swagger-ui"),
      boardDirectory: join(root, "assets/bull-board"),
    });
  });

  it("fails outside of any", () => {
    expect(() => installation("/")).toThrow("no folder above / has the package.json of pulseboard");
  });
});
