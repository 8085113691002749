// Before each command that asks or looks: it must find everything installed and built, because it installs and builds nothing
// itself. Processes may be running from this folder.
import { fileURLToPath } from "node:url";
import { findOutdated } from "./lib/stamps.mjs";

const USAGE_EXIT_CODE = 2;

const outdated = findOutdated(fileURLToPath(new URL("..", import.meta.url)));
if (outdated.length > 0) {
  console.error(`pulseboard: not set up: ${outdated.join("; ")}.\n  Run npm run setup, not in a folder that runs.`);
  process.exitCode = USAGE_EXIT_CODE;
}
