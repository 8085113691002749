import { readFileSync } from "node:fs";
import { DeployError } from "./deploy-error.ts";

const MIB = 1024 * 1024;
/** The second server takes 75 to 110 MB, PM2's command line 20 to 30, and the deploy itself the rest. */
const LEAST_MIB = 200;

/**
 * Looks whether a second server fits beside the first.
 *
 * @returns the memory that is available, MB; null where the system does not tell
 * @throws DeployError when it is too little
 */
export function requireMemory(meminfo = "/proc/meminfo"): number | null {
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync(meminfo, "utf8"))?.[1];
  if (available === undefined) {
    return null;
  }
  const mib = Math.floor((Number(available) * 1024) / MIB);
  if (mib < LEAST_MIB) {
    throw new DeployError(
      `${mib} MB of memory are available, and a second server beside the running one needs ${LEAST_MIB}: end other programs, or add swap`,
    );
  }
  return mib;
}
