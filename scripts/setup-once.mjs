// Before a release is made: a fresh clone is set up, because nothing can run from it yet. Where programs were built before,
// processes may be running from this folder, and it is only looked at, as before each command that asks or looks.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../apps/pulseboard/dist/main.js", import.meta.url));
await import(existsSync(program) ? "./require-setup.mjs" : "./setup.mjs");
