import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { layoutOf } from "./layout.ts";
import { removeLeftPrograms } from "./left-programs.ts";

it("removes the programs of shells that were killed, and nothing else that lies there", async () => {
  const folder = await createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const layout = layoutOf(folder.path);
  removeLeftPrograms(layout);
  const dead = `.program-${spawnSync("true").pid}-aBcDeF`;
  const alive = `.program-${process.pid}-aBcDeF`;
  for (const name of [dead, alive, ".program-aBcDeF"]) {
    mkdirSync(join(layout.incoming, name, "bin"), { recursive: true });
  }
  writeFileSync(join(layout.incoming, "pulseboard-0.2.0.tgz"), "");
  removeLeftPrograms(layout);
  expect(readdirSync(layout.incoming).sort()).toEqual([alive, "pulseboard-0.2.0.tgz"]);
});
