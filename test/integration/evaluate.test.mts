import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";

const PROGRAM = fileURLToPath(new URL("../../scripts/evaluate.mjs", import.meta.url));

const evaluate = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
};

it("evaluate ends with 2 for a command line that it cannot use, and says how it is used", () => {
  const { status, stdout, stderr } = evaluate();
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain("usage: npm run evaluate -- --candles DIR");
  expect(evaluate("--candles", import.meta.dirname, "--every", "soon").status).toBe(2);
});

it("evaluate ends with 1 for candles that are damaged, in one line on a pipe, without a bar", async () => {
  const folder = await createTemporaryFolder();
  onTestFinished(folder.remove);
  for (const minutes of ["1", "5", "30", "240"]) {
    mkdirSync(join(folder.path, minutes));
    // As few symbols as it takes.
    for (const coin of ["A", "B", "C", "D", "E"]) {
      writeFileSync(join(folder.path, minutes, `${coin}USDT.csv`), "no candles\n");
    }
  }
  const { status, stdout, stderr } = evaluate("--candles", folder.path);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^evaluate: [^\n\r]*AUSDT\.csv[^\n\r]*\n$/);
});
