import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installation } from "../installation/installation.ts";
import type { Layout } from "./layout.ts";

/** The folders of programs that `--to` has unpacked begin with it; the id of the shell that removes them follows. */
export const PROGRAM_FOLDER = ".program-";

/** Removes what a shell that was killed could not remove. To be called by the one deploy that runs there. */
export function removeLeftPrograms({ incoming }: Layout): void {
  const names = existsSync(incoming) ? readdirSync(incoming).filter((name) => name.startsWith(PROGRAM_FOLDER)) : [];
  for (const name of names) {
    const folder = join(incoming, name);
    const shell = /^(\d+)-/.exec(name.slice(PROGRAM_FOLDER.length))?.[1];
    const isUsed = folder === installation().root || (shell !== undefined && existsSync(`/proc/${shell}`));
    if (!isUsed) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
