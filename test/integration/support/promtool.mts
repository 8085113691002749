import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { findProgram } from "../../../scripts/lib/ensure-installed.mjs";

/** Whether tests that need the program are left out; never under CI. */
export function isLeftOut(program: string): boolean {
  return findProgram(program) === null && process.env.CI === undefined;
}

/** Runs a program to its end; the code, and all that it printed. */
export function runTool(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(findProgram(program) ?? program, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}

/** What one process answered to `GET /metrics`, one text for each time it was asked. */
export interface Scraped {
  readonly instance: string;
  readonly texts: readonly string[];
}

/** Seconds between two readings, for Prometheus; it does not matter how long it really was. */
const INTERVAL_S = 15;

/**
 * Asks Prometheus's own language about metrics that were really read.
 *
 * @param nowS the time to which they belong, Unix seconds
 * @returns for each expression whether it has a value
 */
export async function haveValues(
  expressions: readonly string[],
  scraped: readonly Scraped[],
  nowS: number,
): Promise<readonly boolean[]> {
  const times = Math.max(...scraped.map(({ texts }) => texts.length));
  const evalTime = `${(times - 1) * INTERVAL_S}s`;
  const test = {
    rule_files: [],
    evaluation_interval: `${INTERVAL_S}s`,
    tests: [
      {
        interval: `${INTERVAL_S}s`,
        input_series: scraped.flatMap(seriesOf),
        promql_expr_test: expressions.map((expr, index) => ({
          // The tool's own time() begins at 0. The index tells the expressions apart in what it prints.
          expr: `count(${expr.replaceAll("time()", String(nowS))}) + ${index} * 0`,
          eval_time: evalTime,
          exp_samples: [],
        })),
      },
    ],
  };
  const { path, remove } = await createTemporaryFolder();
  try {
    const file = join(path, "asked.test.yml");
    // JSON is YAML.
    await writeFile(file, JSON.stringify(test));
    const { output } = await runTool("promtool", ["test", "rules", file]);
    if (output.includes(", err: ") || !/SUCCESS|FAILED:\n/.test(output)) {
      throw new Error(`promtool could not judge the expressions:\n${output.slice(0, 2_000)}`);
    }
    // It expects nothing of each, and prints those that have something.
    return expressions.map((_, index) => output.includes(`+ ${index} * 0", time`));
  } finally {
    await remove();
  }
}

/** The series of one process, as promtool's tests take them. */
function seriesOf({ instance, texts }: Scraped): readonly { readonly series: string; readonly values: string }[] {
  const readings = texts.map((text) => new Map(samplesOf(text)));
  const names = new Set(readings.flatMap((reading) => [...reading.keys()]));
  const own = [...names].map((series) => ({
    series: withLabels(series, instance),
    values: readings.map((reading) => reading.get(series) ?? "_").join(" "),
  }));
  return [{ series: withLabels("up", instance), values: texts.map(() => "1").join(" ") }, ...own];
}

function samplesOf(text: string): readonly (readonly [string, string])[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const end = line.lastIndexOf(" ");
      return [line.slice(0, end), line.slice(end + 1)] as const;
    });
}

function withLabels(series: string, instance: string): string {
  const target = `job="pulseboard",instance="${instance}"`;
  return series.endsWith("}") ? `${series.slice(0, -1)},${target}}` : `${series}{${target}}`;
}
