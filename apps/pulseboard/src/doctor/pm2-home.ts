import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The folder in which PM2 keeps what it knows. */
export function pm2Home(env: NodeJS.ProcessEnv): string {
  return env.PM2_HOME || join(homedir(), ".pm2");
}

/** Whether the process runs whose number is in this file. */
export function isAlive(pidFile: string): boolean {
  const pid = Number(readPid(pidFile));
  if (!(pid > 0)) {
    return false;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function readPid(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // No file, no process.
    return "";
  }
}
