import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { layoutOf } from "./layout.ts";
import { removeOldReleases } from "./take-over.ts";

it("the way back is kept where the list of deployed releases was lost, and what is no release is left alone", async () => {
  const folder = await createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const layout = layoutOf(folder.path);
  const names = ["0.1.0-20260501T101500", "0.1.0-20260502T101500", "0.2.0-20260503T101500", "notes", "lost+found"];
  for (const name of names) {
    mkdirSync(join(layout.releases, name), { recursive: true });
  }
  writeFileSync(layout.deployedFile, '["0.2.0-20260503T101500"]');
  const old = { name: "0.1.0-20260502T101500", folder: "", version: "0.1.0", build: "0.1.0" };
  expect(removeOldReleases(layout, old)).toEqual(["0.1.0-20260501T101500"]);
  expect(readdirSync(layout.releases).sort()).toEqual(names.slice(1).sort());
});
