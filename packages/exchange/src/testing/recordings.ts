import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../../../../shared/data/bodies/", import.meta.url));

/** Recorded bodies of the exchange, for `describe.skipIf(!haveRecordings())`. In CI they must be there. */
export function haveRecordings(): boolean {
  if (existsSync(FOLDER)) {
    return true;
  }
  if (process.env.CI !== undefined) {
    throw new Error(`recordings are missing: ${FOLDER}`);
  }
  console.warn(`skipped: no recordings at ${FOLDER}`);
  return false;
}

export function readRecording(name: string): unknown {
  return JSON.parse(readFileSync(FOLDER + name, "utf8")) as unknown;
}
