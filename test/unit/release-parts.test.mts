import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { describe, expect, it, onTestFinished } from "vitest";
import { problemWithNode } from "../../scripts/lib/supported-node.mjs";
import { bundleProgram } from "../../scripts/release/bundle.mjs";
import { licencesOfModules, licencesOfPage } from "../../scripts/release/licences.mjs";

/** A folder with these files, by their paths. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const { path, remove } = await createTemporaryFolder();
  onTestFinished(remove);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return path;
}

it.each(
  [
    ["20.19.0", "22.12.0", "24.0.0", "26.1.0"].map((version) => [version, true] as const),
    ["18.20.4", "20.18.9", "21.7.3", "22.11.0", "23.11.0"].map((version) => [version, false] as const),
  ].flat(),
)("Node %s is supported: %s", (version, expected) => {
  expect(problemWithNode(version) === null).toBe(expected);
});

describe("licences", () => {
  const manifest = (name: string) => JSON.stringify({ name, version: "1.2.3", license: "MIT" });

  it("are those of each package, and of code that it has from others", async () => {
    const root = await folderWith({
      "node_modules/@a/plain/package.json": manifest("@a/plain"),
      "node_modules/@a/plain/LICENSE": "plain's text\r\n",
      "node_modules/kept/package.json": manifest("kept"),
      "node_modules/kept/LICENCE.md": "kept's text",
      "node_modules/kept/NOTICE": "kept's notice",
      "node_modules/kept/vendored/COPYING": "a third one's text",
      "node_modules/kept/unused/LICENSE": "a fourth one's text",
    });
    const text = licencesOfModules([
      `${root}/node_modules/kept/vendored/deep/index.js`,
      `${root}/node_modules/kept/index.js`,
      `${root}/node_modules/@a/plain/index.js`,
    ]);
    const rule = "-".repeat(78);
    expect(text).toBe(
      `${rule}\n@a/plain 1.2.3, MIT\n${rule}\n\nplain's text\n\n` +
        `${rule}\nkept 1.2.3, MIT\n${rule}\n\nkept's text\n\nkept's notice\n\na third one's text\n`,
    );
  });

  it("fail the build where a package comes without a text, until one is added by hand", async () => {
    const root = await folderWith({
      "node_modules/bare/package.json": manifest("bare"),
      "node_modules/bare/vendored/LICENSE": "another one's text",
      "node_modules/redis-info/package.json": manifest("redis-info"),
      "page.json": JSON.stringify([{ name: "bare", version: "1.2.3", identifier: "MIT" }]),
    });
    const told = "bare 1.2.3 (MIT) comes without the text of its licence: add the one of its repository to";
    expect(() => licencesOfModules([`${root}/node_modules/bare/vendored/index.js`])).toThrow(told);
    expect(() => licencesOfPage(`${root}/page.json`)).toThrow(told);
    expect(licencesOfModules([`${root}/node_modules/redis-info/index.js`])).toContain("Francois-Guillaume Ribreau");
  });
});

describe("the bundle", () => {
  const programOf = (main: string, more: Readonly<Record<string, string>> = {}) =>
    folderWith({
      "apps/server/dist/node-internals/keep-tick-shape.js": 'globalThis.order = ["tick"];',
      "apps/pulseboard/dist/main.js": main,
      "package-lock.json": '{ "packages": { "": {}, "node_modules/colours": { "dev": true } } }',
      ...more,
    });
  const bundle = (root: string) => bundleProgram({ root, folder: join(root, "bundled") });
  /** What it prints under Node itself, without Vitest's own loader. */
  const printed = (root: string) =>
    JSON.parse(execFileSync(process.execPath, [join(root, "bundled/pulseboard.mjs")], { encoding: "utf8" }));

  it("runs what must come first before it loads the rest", async () => {
    // The part lies in a file of its own, because two files need it.
    const main = 'import "./part.js";\nawait import("./command.js");\nconsole.log(JSON.stringify(globalThis.order));';
    const root = await programOf(main, {
      "apps/pulseboard/dist/command.js": 'import "./part.js";\nglobalThis.order.push("command");',
      "apps/pulseboard/dist/part.js": 'globalThis.order ??= [];\nglobalThis.order.push("part");',
    });
    await bundle(root);
    expect(printed(root)).toEqual(["tick", "part", "command"]);
  });

  it("refuses a Node that is too old, and says what to install", async () => {
    const root = await programOf("console.log(true);");
    await bundle(root);
    const file = join(root, "bundled/pulseboard.mjs");
    const pretend = `Object.defineProperty(process.versions, "node", { value: "20.18.9" }); await import(${JSON.stringify(file)});`;
    const options = { encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", pretend], options);
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: "",
      stderr: "pulseboard: Node 20.18.9 is not supported: install Node 20.19 or newer, 22.12 or newer, or 24.\n",
    });
  });

  it("tells which files of packages are in it, and loads those that it leaves out only when they are asked for", async () => {
    const root = await programOf('import { it } from "lib";\nconsole.log(JSON.stringify(it));', {
      "node_modules/lib/package.json": '{ "name": "lib", "main": "index.js" }',
      "node_modules/lib/index.js":
        'let fast = null; try { fast = require("bufferutil"); } catch {} try { fast = require("colours"); } catch {} exports.it = [fast, __dirname];',
      "node_modules/colours/package.json": '{ "name": "colours", "main": "index.js" }',
      "node_modules/colours/index.js": "module.exports = 2;",
      "node_modules/bufferutil/package.json": '{ "name": "bufferutil", "main": "index.js" }',
      "node_modules/bufferutil/index.js": "module.exports = 1;",
    });
    expect(await bundle(root)).toEqual([join(root, "node_modules/lib/index.js")]);
    expect(printed(root)).toEqual([null, join(root, "bundled")]);
  });

  it("gives a package the file that it asks for, where another has one for import and one for require", async () => {
    const root = await programOf(
      'import { it } from "lib";\nimport own from "both";\nconsole.log(JSON.stringify([it, own]));',
      {
        "node_modules/lib/package.json": '{ "name": "lib", "main": "index.js" }',
        "node_modules/lib/index.js": 'exports.it = require("both");',
        "node_modules/both/package.json":
          '{ "name": "both", "exports": { "import": "./index.mjs", "require": "./index.cjs" } }',
        "node_modules/both/index.mjs": 'export default "import";',
        "node_modules/both/index.cjs": 'module.exports = "require";',
      },
    );
    await bundle(root);
    expect(printed(root)).toEqual(["require", "import"]);
  });

  it("keeps the names of classes that meet in one file", async () => {
    const root = await programOf(
      'import { E } from "./a.js";\nimport { E as F } from "./b.js";\nconsole.log(JSON.stringify([E.name, F.name]));',
      {
        "apps/pulseboard/dist/a.js": "export class E extends Error {}",
        "apps/pulseboard/dist/b.js": "export class E extends Error {}",
      },
    );
    await bundle(root);
    expect(printed(root)).toEqual(["E", "E"]);
  });

  it.each([
    ["a transport of pino", 'import pino from "pino"; pino.transport({ target: "pino-pretty" });'],
    ["a transport of pino", 'import pino from "pino"; pino({ transport: { target: "pino-pretty" } });'],
    ["a worker by its file", 'import { Worker } from "bullmq"; new Worker("refresh", "./job.js");'],
    ["a worker by its file", 'import { Worker } from "bullmq"; new Worker(NAME, processorFile);'],
    ["a path that counts from the module", 'export const page = new URL("../page", import.meta.url);'],
    ["a path that counts from the module", 'import { createRequire } from "node:module"; createRequire("/");'],
  ])("refuses %s: %s", async (name, main) => {
    const root = await programOf(main);
    await expect(bundle(root)).rejects.toThrow(`apps/pulseboard/dist/main.js has ${name}, which a bundle cannot carry`);
  });

  it("refuses what it would look for outside of itself", async () => {
    await expect(bundle(await programOf('import "missing";'))).rejects.toThrow("missing");
  });

  it("does not mind what only a comment says", async () => {
    const root = await programOf("// Not new URL(path, import.meta.url).\nconsole.log(true);");
    await bundle(root);
    expect(printed(root)).toBe(true);
  });
});
