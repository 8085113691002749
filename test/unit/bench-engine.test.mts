import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const BENCH = fileURLToPath(new URL("../../scripts/bench-engine.mjs", import.meta.url));
const INDICATORS = ["RSI 14", "EMA 20", "ATR 14", "MACD 12 26 9", "CCI 20", "ADX 14"];

it("bench:engine compares indicators, rating and symbols: the plain loops give the same values, and the tables are printed", () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [BENCH, "--smoke"], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const rows = stdout
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  for (const indicator of INDICATORS) {
    const row = rows.find((cells) => cells[1] === indicator) ?? [];
    const [, , ours, plain, , library, , difference] = row;
    expect([Number(ours), Number(plain)], indicator).toEqual([expect.any(Number), expect.any(Number)]);
    expect(library, indicator).toMatch(
      /^(trading-signals|technicalindicators|indicatorts|@ixjb94\/indicators) [\d.]+$/,
    );
    expect(Number(difference), indicator).toBeLessThan(1e-9);
  }
  // Libraries that define an indicator as we do give its values, so what is timed is the same work.
  const same = rows.filter((cells) => cells[2] === "@ixjb94/indicators").map((cells) => Number(cells[4]));
  expect(same).toHaveLength(INDICATORS.length);
  expect(Math.max(...same)).toBeLessThan(1e-9);
  expect(stdout).toMatch(/different votes of 1040 \|\n.*\n\|.*\| 0 \|/);
  expect(stdout).toMatch(/Allocated a symbol: \d+ KB/);
});
