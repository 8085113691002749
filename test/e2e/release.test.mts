import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { METHOD_VERSION } from "@pulseboard/engine";
import { HISTORY_DURATIONS, openHistory } from "@pulseboard/history";
import { systemClock } from "@pulseboard/runtime";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { madeRefresh } from "../integration/support/made-refresh.mjs";
import { describeReleaseRuns } from "./support/describe-release.mts";
import { ROOT } from "./support/program.mts";
import { type BuiltRelease, builtRelease, unpack } from "./support/release.mts";

const MB = 1_000_000;

describe("a release, as a file", () => {
  let release: BuiltRelease;
  let root = "";
  let names: readonly string[] = [];
  const read = (name: string): string => readFileSync(`${root}/${name}`, "utf8");

  beforeAll(async () => {
    release = await builtRelease();
    const { path, remove } = await createTemporaryFolder();
    root = unpack(release, path);
    names = execFileSync("find", [".", "-type", "f"], { cwd: root, encoding: "utf8" })
      .trim()
      .split("\n")
      .map((name) => name.slice(2));
    return remove;
  });

  it("has one folder at the top, named after its version, and a checksum that fits", () => {
    const listed = execFileSync("tar", ["-tzf", release.file], { encoding: "utf8" }).trim().split("\n");
    const tops = new Set(listed.map((name) => name.split("/", 1)[0]));
    expect([...tops]).toEqual([`pulseboard-${release.version}`]);
    // As sha256sum --check reads it.
    const sha256 = createHash("sha256").update(readFileSync(release.file)).digest("hex");
    expect(readFileSync(`${release.file}.sha256`, "utf8")).toBe(`${sha256}  ${basename(release.file)}\n`);
  });

  it("has at most 20 MB in 400 files, and 6 MB packed", () => {
    const sizes = names.map((name) => statSync(`${root}/${name}`).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(20 * MB);
    expect(names.length).toBeLessThanOrEqual(400);
    expect(statSync(release.file).size).toBeLessThanOrEqual(6 * MB);
  });

  it("has nothing that was compiled for one machine, nothing to install and no path of where it was made", () => {
    expect(names.filter((name) => /node_modules|\.node$|\.map$|\.tsx?$|\.so$/.test(name))).toEqual([]);
    expect(names.filter((name) => read(name).startsWith("\x7fELF"))).toEqual([]);
    const { type, scripts, dependencies, devDependencies, ...manifest } = JSON.parse(read("package.json"));
    expect({ type, scripts, dependencies, devDependencies }).toEqual({});
    expect(manifest).toMatchObject({
      name: "pulseboard",
      version: release.version,
      bin: { pulseboard: "bin/pulseboard" },
    });
    expect(names.filter((name) => read(name).includes(ROOT.slice(0, -1)))).toEqual([]);
  });

  it("has PM2's file, the documents, an example of .env, and files that everybody may read", () => {
    expect(names).toEqual(
      expect.arrayContaining([
        "ecosystem.config.js",
        ".env.example",
        "LICENSE",
        "CHANGELOG.md",
        "README.md",
        "docs/operations.md",
      ]),
    );
    expect(execFileSync("find", [".", "!", "-perm", "-444"], { cwd: root, encoding: "utf8" })).toBe("");
    expect(execFileSync("find", [".", "-perm", "/022"], { cwd: root, encoding: "utf8" })).toBe("");
    expect(execFileSync("find", ["bin", "-type", "f", "-perm", "-555"], { cwd: root, encoding: "utf8" })).toBe(
      "bin/pulseboard\n",
    );
  });

  it("has every file that its documents lead to", () => {
    const missing = names
      .filter((name) => name.endsWith(".md"))
      .flatMap((name) =>
        [...read(name).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)|src="([^"]+)"/g)]
          .map(([, link, picture]) => link ?? picture ?? "")
          .filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(name), link)))
          .map((link) => `${link} in ${name}`),
      );
    expect(missing).toEqual([]);
  });

  it("is split by command: what a server alone does not need lies in files that it does not load", () => {
    const chunks = names.filter((name) => name.startsWith("dist/"));
    const holding = (module: string) => chunks.filter((name) => read(name).includes(`${module}\n`));
    const [ccxt] = holding("// node_modules/ccxt/js/src/bybit.js");
    expect(ccxt).toBeDefined();
    expect(holding("// node_modules/express/index.js")).not.toContain(ccxt);
    // Of ccxt's other exchanges, nothing.
    expect(chunks.filter((name) => read(name).includes("// node_modules/ccxt/js/src/binance.js"))).toEqual([]);
  });

  it("exports a history, computes its record and walks its chain", async () => {
    const { path: dataDir, remove } = await createTemporaryFolder();
    onTestFinished(remove);
    const { log, outages } = createRecordedLog();
    const place = { dataDir, origin: "bybit", simulated: false, methodVersion: METHOD_VERSION };
    const tools = { log, outages, clock: systemClock, durations: HISTORY_DURATIONS };
    const history = openHistory({ ...place, ...tools });
    // The last one is of the next day.
    for (const number of [0, 1, 2, 80]) {
      expect(await history.append(madeRefresh(number))).toBe("kept");
    }
    // In turn behind the closing of the first day, which links it.
    expect(await history.keepStatistics("2026-03-01", '{"method_hash":"","statistics":[]}')).toBe(true);
    await history.close();
    const pulseboard = (...args: readonly string[]) => {
      const env = { PATH: process.env.PATH, DATA_DIR: dataDir };
      const { status, stdout, stderr } = spawnSync(`${root}/bin/pulseboard`, args, { env, encoding: "utf8" });
      return { status, stdout, stderr };
    };
    const exported = pulseboard("export", "--from", "2026-03-02", "--symbol", "COIN10USDT", "--format", "jsonl");
    expect(exported).toMatchObject({ status: 0, stderr: "" });
    const lines = exported.stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).mark_price)).toEqual([1000, 1001, 1002, 1080]);
    expect(pulseboard("record")).toMatchObject({ status: 0, stdout: expect.stringContaining("The record of bybit") });
    const verified = pulseboard("record", "--verify");
    expect(verified).toMatchObject({ status: 0, stdout: expect.stringContaining("The chain is whole.") });
  });

  it("names the licence of everything in it, with its text, and has nothing that is for development", () => {
    const text = read("THIRD-PARTY-LICENSES.txt");
    const sections = text.split(/\n(.+)\n={70,}\n/);
    expect(sections.length).toBeGreaterThan(0);
    const bundled = new Set(
      names
        .filter((name) => name.startsWith("dist/"))
        .flatMap((name) => [...read(name).matchAll(/^\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\/.+$/gm)])
        .map(([, name = ""]) => name),
    );
    expect(bundled.size).toBeGreaterThan(50);
    const { packages } = JSON.parse(readFileSync(`${ROOT}package-lock.json`, "utf8"));
    expect([...bundled].filter((name) => packages[`node_modules/${name}`]?.dev === true)).toEqual([]);
    for (const name of [...bundled, "preact", "uplot", "swagger-ui-dist", "@bull-board/ui"]) {
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+\\S*, \\S+`, "m"));
    }
    expect(text).toContain("Copyright (c) 2019 Vitor Capretz");
    expect(text).toContain("Copyright (c) 2015-present Jason Miller");
  });
});

describeReleaseRuns(`a release on Node ${process.versions.node}`, { node: process.execPath, starts: 1 });
