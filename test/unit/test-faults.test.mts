import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("../../scripts/test-faults.mjs", import.meta.url));

it.each([
  [["--seed", "x"], "--seed x is not usable"],
  [["--seed", "-1"], "--seed"],
  [["--seed", "4294967295"], "--seed 4294967295 is not usable"],
  [["--count", "0"], "--count 0 is not usable"],
  [["--count", "1e3"], "--count 1e3 is not usable"],
  [["--only", ""], "--only needs"],
  [["--sed", "1"], "--sed"],
  [["7"], "'7'"],
])("test:faults %j says what is wrong and how it is called, with code 2", (args, complaint) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], { encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(complaint);
  expect(stderr).toContain("npm run test:faults -- [--seed N] [--count M] [--only NAME]");
});
