import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ENGINE = join(ROOT, "packages/engine");
const TSC = join(ROOT, "node_modules/.bin/tsc");

const run = promisify(execFile);

/** As a user calls it, but without the network, with its own cache, and without the settings of the npm that runs the tests. */
async function npm(args: readonly string[], cwd: string, cache: string): Promise<void> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith("npm_"));
  const PATH = [join(ROOT, "node_modules/.bin"), process.env.PATH].join(delimiter);
  const env = { ...Object.fromEntries(inherited), PATH, npm_config_cache: cache, npm_config_update_notifier: "false" };
  await run("npm", [...args, "--offline", "--no-audit", "--no-fund"], { cwd, env });
}

/** The only block of code in the package's README in this language. */
function readmeBlock(language: string): string {
  const readme = readFileSync(join(ENGINE, "README.md"), "utf8");
  const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, name]) => name === language);
  expect(blocks).toHaveLength(1);
  return blocks[0]?.[2] ?? "";
}

describe("the packed engine", () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  /** Paths within the tarball. */
  let files: readonly string[] = [];
  /** The folder of a user who has installed it and nothing else. */
  let user = "";
  let installed = "";

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    // A copy, because packing builds again, and other tests use the build of the repository.
    const copy = join(folder.path, "packages/engine");
    cpSync(join(ROOT, "tsconfig.base.json"), join(folder.path, "tsconfig.base.json"));
    cpSync(ENGINE, copy, { recursive: true, filter: (path) => !/\/(?:dist|node_modules)$/.test(path) });
    const cache = join(folder.path, "cache");
    await npm(["pack", "--pack-destination", folder.path], copy, cache);
    const tarball = join(folder.path, readdirSync(folder.path).find((name) => name.endsWith(".tgz")) ?? "");
    const { stdout } = await run("tar", ["-tzf", tarball]);
    files = stdout
      .trim()
      .split("\n")
      .map((path) => path.replace("package/", ""));
    user = join(folder.path, "user");
    mkdirSync(user);
    await npm(["install", "--prefix", user, tarball], user, cache);
    installed = join(user, "node_modules/@pulseboard/engine");
  });

  afterAll(() => folder.remove());

  it("has its build, its sources, README and LICENSE, and no tests or files of the build tool", () => {
    const sources = readdirSync(join(ENGINE, "src"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.startsWith("testing/"))
      .map((path) => path.slice(0, -".ts".length));
    const built = sources.flatMap((path) =>
      [".js", ".js.map", ".d.ts", ".d.ts.map"].map((end) => `dist/${path}${end}`),
    );
    const expected = [...built, ...sources.map((path) => `src/${path}.ts`), "LICENSE", "README.md", "package.json"];
    expect(files.toSorted()).toEqual(expected.toSorted());
    expect(sources.length).toBeGreaterThan(40);
  });

  it("has the licence of the repository", () => {
    expect(readFileSync(join(installed, "LICENSE"), "utf8")).toBe(readFileSync(join(ROOT, "LICENSE"), "utf8"));
  });

  it("has no entry and no source map that leads nowhere", () => {
    const { exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
      readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
    };
    const entries = Object.values(exports).flatMap((conditions) => Object.values(conditions));
    expect(entries).toHaveLength(3);
    const mapped = files
      .filter((path) => path.endsWith(".map"))
      .flatMap((path) => {
        const { sources } = JSON.parse(readFileSync(join(installed, path), "utf8")) as { readonly sources: string[] };
        expect(sources, path).toHaveLength(1);
        return sources.map((source) => join(dirname(path), source));
      });
    expect(mapped.length).toBeGreaterThan(80);
    const paths = [...entries.map((path) => path.replace("./", "")), ...mapped];
    expect(paths.filter((path) => !files.includes(path))).toEqual([]);
  });

  it("depends on nothing", () => {
    expect(readdirSync(join(user, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["@pulseboard"]);
    expect(readdirSync(join(user, "node_modules/@pulseboard"))).toEqual(["engine"]);
  });

  it("runs the example of its README, with the output that the README shows", async () => {
    const example = readmeBlock("js");
    expect(example.split("\n").filter((line) => line.trim() !== "").length).toBeLessThanOrEqual(10);
    writeFileSync(join(user, "example.mjs"), example);
    const { stdout } = await run(process.execPath, ["example.mjs"], { cwd: user });
    expect(stdout).toBe(readmeBlock("text"));
  });

  it("has types that a strict consumer compiles against, declarations of the package included", async () => {
    writeFileSync(join(user, "consumer.mts"), CONSUMER);
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      module: "nodenext",
      moduleResolution: "nodenext",
      target: "es2023",
      types: [],
    };
    writeFileSync(join(user, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.mts"] }));
    const { stdout } = await run(TSC, ["--listFiles"], { cwd: user });
    expect(stdout).toContain("node_modules/@pulseboard/engine/dist/index.d.ts");
    expect(stdout).not.toContain("node_modules/@pulseboard/engine/src/");
    await run(process.execPath, ["consumer.mjs"], { cwd: user });
  });
});

/** The signatures that stay: changing one of them breaks this consumer. */
const CONSUMER = `
import * as engine from "@pulseboard/engine";
import type { CandleRow, Candles, Column, SignalWithReason, SymbolAnalysis } from "@pulseboard/engine";

const rows: CandleRow[] = Array.from({ length: 80 }, (_, i) => [i * 300_000, 10 + (i % 7), 18, 9, 10 + (i % 5), 100]);
// The rows of ccxt, whose values may be undefined.
const fromCcxt: [number | undefined, number | undefined, number | undefined, number | undefined, number | undefined, number | undefined][] = [];
engine.candlesFromRows(fromCcxt, 60_000);
const candles: Candles = engine.candlesFromRows(rows, 300_000, 80 * 300_000);
const { high, low, close, volumeBase } = candles;

const columns: Column[] = [
  engine.sma(close, 5), engine.ema(close, 5), engine.smma(close, 5), engine.wma(close, 5), engine.hma(close, 5),
  engine.highest(close, 5), engine.lowest(close, 5), engine.momentum(close, 5), engine.rsi(close, 5),
  engine.vwma({ close, volumeBase }, 5), engine.trueRange({ high, low, close }), engine.atr({ high, low, close }, 5),
  engine.cci({ high, low, close }, 5), engine.williamsR({ high, low, close }, 5), engine.awesomeOscillator({ high, low }),
  engine.ultimateOscillator(candles, { short: 2, middle: 3, long: 4 }),
  engine.typicalPrice(candles), engine.medianPrice(candles),
  engine.moneyFlowVolume(candles), engine.accumulationDistribution(candles), engine.chaikinMoneyFlow(candles, 5),
  engine.chaikinOscillator({ high, low, close, volumeBase }, { fast: 3, slow: 10 }),
];
const macd: { readonly macd: Column; readonly signal: Column; readonly histogram: Column } =
  engine.macd(close, { fast: 12, slow: 26, signal: 9 });
const adx: { readonly plusDi: Column; readonly minusDi: Column; readonly adx: Column } = engine.adx(candles, 14);
const elder: { readonly bullPower: Column; readonly bearPower: Column } = engine.elderRay(candles, 13);
const stochastic: { readonly k: Column; readonly d: Column } =
  engine.stochastic({ high, low, close }, { lookback: 14, smoothK: 3, smoothD: 3 });
const stochasticRsi: { readonly k: Column; readonly d: Column } =
  engine.stochasticRsi(close, { rsi: 14, lookback: 14, smoothK: 3, smoothD: 3 });
const ichimoku: { readonly conversion: Column; readonly base: Column; readonly spanA: Column; readonly spanB: Column } =
  engine.ichimoku({ high, low }, { conversion: 9, base: 26, spanB: 52 });
columns.push(macd.histogram, adx.adx, elder.bullPower, stochastic.d, stochasticRsi.k, ichimoku.spanB);
// @ts-expect-error A column is no list of numbers.
engine.sma([1, 2, 3], 2);

const analysis: SymbolAnalysis = engine.scoreCandles({ symbol: "BTCUSDT", nowMs: 80 * 300_000, candles: { "5m": candles } });
const rules: readonly SignalWithReason[] = analysis.components.flatMap((component) => component.rules);
if (columns.some((column) => column.length !== 80) || rules.length < 30 || analysis.score === null) {
  throw new Error("The packed engine computes something else");
}
`;
