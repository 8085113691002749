import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { describe, expect, it, onTestFinished } from "vitest";
import { until } from "./support/ask.mts";
import { installInto, startInstalled } from "./support/program.mts";

/** Nothing answers at this exchange's address, so that a file that is ignored is no harm to the real one. */
const CONTENT = "PORT=0\r\nHOST=127.0.0.1\r\nEXCHANGE_URL=http://127.0.0.1:1\r\n";
const NO_REFERENCE = { REFERENCE_URL: "http://127.0.0.1:1" };

async function installation(name = "pulseboard"): Promise<string> {
  const { path, remove } = await createTemporaryFolder();
  onTestFinished(remove);
  const folder = join(path, name);
  installInto(folder);
  return folder;
}

describe("The file .env beside the program", () => {
  it.each([
    ["in UTF-8 with a byte-order mark", Buffer.from(`\ufeff${CONTENT}`), "pulseboard"],
    ["in UTF-16", Buffer.from(`\ufeff${CONTENT}`, "utf16le"), "pulseboard"],
    ["in a folder with a blank and letters of other scripts", Buffer.from(CONTENT), "Pulse Board \u00e9\u5e01"],
  ])(
    "is read %s, from whatever folder the program is started, and the data lies beside it",
    async (_how, bytes, name) => {
      const folder = await installation(name);
      const elsewhere = join(folder, "..", "elsewhere");
      await mkdir(elsewhere);
      await writeFile(join(folder, ".env"), bytes);
      const program = startInstalled(folder, "start", { ...NO_REFERENCE, WORKING_DIRECTORY: elsewhere });
      onTestFinished(async () => void (await program.stop()));
      await program.printed(/answers at http:\/\/127\.0\.0\.1:/);
      await program.printed(/Refresh failed|exchange_unreachable/);
      const status = join(folder, "data/worker-status.json");
      expect(await until(async () => existsSync(status) || null)).toBe(true);
      expect(existsSync(join(elsewhere, "data"))).toBe(false);
    },
  );

  it.each([
    ["start", "PORT 28002 hunter2", /line 1 is not NAME=value/],
    ["worker", "PORT=28002\nADMIN_TOKEN: hunter2", /line 2 is not NAME=value/],
    ["server", Buffer.from("PORT=28002\nADMIN_TOKEN=hunter2", "utf16le"), /UTF-16 without a byte-order mark/],
    ["refresh", Buffer.from("PORT=28002\nX=hunter2\xe4", "latin1"), /not UTF-8/],
    ["demo", "PORT=28002\nhunter2", /line 2 is not NAME=value/],
  ])(
    "refuses the start of %s with its path and the reason when it cannot be read, and shows nothing of it",
    async (command, content, reason) => {
      const folder = await installation();
      await writeFile(join(folder, ".env"), content);
      const program = startInstalled(folder, command, {});
      expect(await program.ended()).toBe(1);
      expect(program.output()).toMatch(reason);
      expect(program.output()).toContain(join(folder, ".env"));
      expect(program.output()).not.toMatch(/hunter2|28002/);
      expect(program.output()).not.toContain("    at ");
    },
  );
});
