import { readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { packageOf, readSourceFiles, resolveImport, type SourceFile } from "./support/imports.mts";

/** The packages on which each workspace builds: the arrows of the map in docs/architecture.md. */
const BUILDS_ON: Readonly<Record<string, readonly string[]>> = {
  "packages/engine": [],
  "packages/snapshot": [],
  "packages/runtime": [],
  "packages/testing": ["engine", "history", "runtime"],
  "packages/redis": ["runtime"],
  "packages/storage": ["redis", "runtime"],
  "packages/history": ["runtime", "storage"],
  "packages/refresh": ["redis", "runtime"],
  "packages/exchange": ["engine", "runtime", "snapshot"],
  "packages/simulator": ["runtime"],
  "apps/mobile": ["snapshot"],
  "apps/server": ["refresh", "runtime", "snapshot", "storage"],
  "apps/worker": ["engine", "exchange", "history", "refresh", "runtime", "snapshot", "storage"],
  "apps/pulseboard": [
    "exchange",
    "history",
    "redis",
    "refresh",
    "runtime",
    "server",
    "simulator",
    "snapshot",
    "storage",
    "worker",
  ],
};

/** Libraries that only one package may import, so that they can be replaced. */
const ONLY_IN: Readonly<Record<string, string>> = {
  ccxt: "packages/exchange",
  ioredis: "packages/redis",
  bullmq: "packages/refresh",
  memjs: "packages/storage",
};

/** The server as one would write it first, to be compared with. */
const PEER_OF_BENCHMARK = "scripts/bench-serve/peer.mjs";

/**
 * For tests and pictures of the page alone: its figures' formats (the page exports nothing), and how the worker makes its documents; and
 * for the tests that compare the thresholds of all three, and hold the constants by which the worker keeps the regime's samples; and for the
 * tables of the method in its documentation, the loops that the benchmark compares with, and the lengths of sentences in documents;
 * and for the test that puts a fall into recorded candles and looks for it in the row, and that of our own words.
 */
const REACHED_INTO =
  /^(?:apps\/(?:mobile\/src\/(?:format\/|parts\/score-direction)|server\/src\/docs\/openapi-document|worker\/(?:dist\/(?:documents|state)\/|src\/(?:alerts\/next-alerts|state\/history)))|packages\/engine\/(?:bench\/plain\/|src\/(?:candles\/(?:resample-candles|slice-candles)|confluence\/(?:score|score-symbol|score-candles|published-score|component-rules|evaluate|interpret-component|interpret-score)|domain\/(?:market-data|symbol-(?:analysis|inputs))|indicators\/columns|market\/(?:regime|five-minute-change)|method-records)\.|dist\/method-records\.)|packages\/snapshot\/src\/(?:documents\/(?:analysis-document|confluence-score)|example\/example-analysis|projections\/analysis-text)\.)/;

const files = readSourceFiles();
const sources = files.filter(
  ({ path, isTest, workspace }) => path.includes("/src/") && (!isTest || workspace === "packages/testing"),
);

describe("imports between packages", () => {
  it("every workspace is in the table", () => {
    expect(Object.keys(BUILDS_ON).toSorted()).toEqual(
      [...new Set(sources.map(({ workspace }) => workspace))].toSorted(),
    );
  });

  it.each(Object.entries(BUILDS_ON))("%s imports only the packages %j, and declares no other", (workspace, allowed) => {
    const names = allowed.map((name) => `@pulseboard/${name}`);
    const wrong = sources
      .filter((file) => file.workspace === workspace)
      .flatMap(({ path, imports }) => imports.map((name) => ({ path, name })))
      .filter(({ name }) => name.startsWith("@pulseboard/") && !names.includes(packageOf(name)));
    expect(wrong).toEqual([]);
    const manifest = JSON.parse(readFileSync(new URL(`../../${workspace}/package.json`, import.meta.url), "utf8"));
    const declared = Object.keys(manifest.dependencies ?? {}).filter((name) => name.startsWith("@pulseboard/"));
    expect(declared.filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(Object.entries(ONLY_IN))("%s is imported by %s alone", (name, owner) => {
    const importers = files
      .filter(({ path, isTest }) => path !== PEER_OF_BENCHMARK && !isTest)
      .filter(({ imports }) => imports.some((each) => packageOf(each) === name))
      .map(({ path, workspace }) => workspace ?? path);
    expect([...new Set(importers)]).toEqual([owner]);
  });

  it("a program never imports test code", () => {
    const programs = files.filter(({ isTest, workspace }) => !isTest && workspace !== "packages/testing");
    const wrong = programs.flatMap(({ path, imports }) =>
      imports
        .filter((name) => packageOf(name) === "@pulseboard/testing" || /\/testing\/|\.test\./.test(name))
        .map((name) => `${path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it("no file reaches into another workspace by a path", () => {
    const wrong = files.flatMap((file) =>
      file.imports
        .filter((name) => name.startsWith("."))
        .map((name) => resolveImport(file, name))
        .filter((target) => /^(?:packages|apps)\//.test(target) && !target.startsWith(`${file.workspace}/`))
        .filter((target) => !(file.workspace === null && REACHED_INTO.test(target)))
        .filter((target) => !(file.isTest && target.includes("/src/testing/")))
        .map((target) => `${file.path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe("folders of a workspace import each other in one direction, types included", () => {
  it.each(Object.keys(BUILDS_ON))("%s", (workspace) => {
    expect(findCircles(sources.filter((file) => file.workspace === workspace))).toEqual([]);
  });
});

/** The imports that lie on a circle between folders; a folder and one below it are two folders. */
function findCircles(files: readonly SourceFile[]): readonly string[] {
  const arrows = files.flatMap((file) =>
    file.imports
      .filter((name) => name.startsWith("."))
      .map((name) => resolveImport(file, name))
      .map((target) => ({ from: dirname(file.path), to: dirname(target), file: file.path, target }))
      .filter(({ from, to }) => from !== to),
  );
  const reaches = (from: string, wanted: string, seen = new Set<string>()): boolean =>
    arrows.some(({ from: start, to }) => {
      if (start !== from || seen.has(to)) {
        return false;
      }
      seen.add(to);
      return to === wanted || reaches(to, wanted, seen);
    });
  return arrows
    .filter(({ from, to }) => reaches(to, from))
    .map(({ file, target }) => `${file} imports ${relative(dirname(file), target)}`);
}
