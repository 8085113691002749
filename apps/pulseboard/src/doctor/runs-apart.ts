import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isAlive, pm2Home } from "./pm2-home.ts";

const OURS = /^pulseboard-(?:worker|server)-\d+\.pid$/;

/**
 * Whether worker and server are two processes here, which need Redis to meet: as a deploy has them, or as they run under PM2 now. Looks
 * at files only.
 */
export function runsApart(root: string, env: NodeJS.ProcessEnv): boolean {
  const folder = join(pm2Home(env), "pids");
  return (
    basename(dirname(root)) === "releases" ||
    list(folder).some((name) => OURS.test(name) && isAlive(join(folder, name)))
  );
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // There is no PM2, or it is another user's.
    return [];
  }
}
