import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Installation } from "../installation/installation.ts";
import type { Check } from "../operator/checks.ts";
import { failed, ok } from "./verdicts.ts";

/** Whether all that the program needs of itself is there, and which version it is. */
export async function checkInstallation(installed: Installation): Promise<readonly Check[]> {
  const { root, kind, version, commit } = installed;
  const own = ok("version", `${version}+${commit}, a ${kind} at ${root}`);
  return [own, ...(kind === "checkout" ? await checkStamps(root) : checkFiles(installed))];
}

/** In a checkout, setup's own look at its stamps: the script is of the same checkout. */
async function checkStamps(root: string): Promise<readonly Check[]> {
  const path = pathToFileURL(join(root, "scripts/lib/stamps.mjs")).href;
  const { findOutdated } = (await import(path)) as { readonly findOutdated: (root: string) => readonly string[] };
  const outdated = findOutdated(root);
  return outdated.length === 0
    ? [ok("setup", "installed, built, page built")]
    : outdated.map((seen) => failed("setup", { seen, cure: "Run npm run setup, not in a folder that runs." }));
}

function checkFiles({
  programFile,
  pageDirectory,
  docsViewerDirectory,
  boardDirectory,
}: Installation): readonly Check[] {
  const files = [programFile, join(pageDirectory, "index.html"), docsViewerDirectory, boardDirectory];
  const missing = files.filter((file) => !existsSync(file));
  return missing.length === 0
    ? [ok("files", "all are there")]
    : [failed("files", { seen: `missing: ${missing.join(", ")}`, cure: "Unpack the release again." })];
}
