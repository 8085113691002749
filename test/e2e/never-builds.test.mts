import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findOutdated, stampAfter } from "../../scripts/lib/stamps.mjs";
import { ROOT } from "./support/program.mts";

/** Each may be called while processes run from the same folder. */
const COMMANDS = [
  "refresh",
  "doctor",
  "validate",
  "deploy",
  "rollback",
  "export",
  "pulseboard",
  "screenshots",
  "release",
];

/** The folder and one installed package are enough: what npm would do to them, it would do to all. */
const INSTALLED = { ".package-lock.json": "{}", "express/index.js": "module.exports = 1;\n" };

let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
let root = "";

beforeAll(async () => {
  folder = await createTemporaryFolder();
  // With a blank: the commands find their folder all the same.
  root = join(folder.path, "Pulse board");
  const isOther = (path: string): boolean => /\/(?:node_modules|testing)$|\.test\.tsx?$/.test(path);
  for (const part of ["apps", "packages", "scripts"]) {
    cpSync(join(ROOT, part), join(root, part), { recursive: true, filter: (path) => !isOther(path) });
  }
  for (const file of ["package.json", "package-lock.json", "tsconfig.json", "tsconfig.base.json"]) {
    cpSync(join(ROOT, file), join(root, file));
  }
  for (const [path, content] of Object.entries(INSTALLED)) {
    const file = join(root, "node_modules", path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, content);
  }
  for (const part of ["installed", "built", "page"] as const) {
    await stampAfter(root, part, async () => undefined);
  }
});

afterAll(() => folder?.remove());

/** A hash of every file that an installation or a build makes, by path. */
function made(): Readonly<Record<string, string>> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => /\/(?:dist|node_modules)\//.test(file.slice(root.length)));
  return Object.fromEntries(files.map((file) => [file, createHash("sha256").update(readFileSync(file)).digest("hex")]));
}

interface Ended {
  readonly code: number;
  readonly output: string;
}

function run(program: string, args: readonly string[]): Promise<Ended> {
  // From another folder: the command's own counts.
  const options = { cwd: folder.path, env: { PATH: process.env.PATH, HOME: folder.path } };
  return new Promise((resolve) => {
    execFile(program, [...args], options, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr }),
    );
  });
}

const byNpm = (command: string) => run("npm", ["--prefix", root, "run", command, "--", "--help"]);
const byScript = (command: string) => run(join(root, "scripts", `${command}.sh`), ["--help"]);

/** Changes files of the copy, and puts them back afterwards. */
async function withChanged(paths: readonly string[], test: () => Promise<void>): Promise<void> {
  const before = paths.map((path) => readFileSync(join(root, path)));
  for (const path of paths) {
    appendFileSync(join(root, path), "\n");
  }
  try {
    await test();
  } finally {
    for (const [index, path] of paths.entries()) {
      writeFileSync(join(root, path), before[index] ?? "");
    }
  }
}

it("what is set up is taken for it", () => {
  expect(findOutdated(root)).toEqual([]);
});

it.each([
  ["package-lock.json", "node_modules is not what package-lock.json asks for"],
  ["packages/runtime/src/config.ts", "the programs are not built from the sources as they are"],
  ["packages/runtime/tsconfig.json", "the programs are not built from the sources as they are"],
  ["apps/mobile/src/app.tsx", "the phone page is not built from the sources as they are"],
])("a change of %s is noticed", async (path, told) => {
  await withChanged([path], async () => expect(findOutdated(root)).toContain(told));
});

it("after a pull each command says to run setup, ends with 2 and changes nothing", async () => {
  await withChanged(["package-lock.json", "packages/runtime/src/config.ts", "apps/mobile/src/app.tsx"], async () => {
    const before = made();
    expect(Object.keys(before).length).toBeGreaterThan(100);
    for (const command of COMMANDS) {
      const calls = existsSync(join(root, "scripts", `${command}.sh`)) ? [byNpm, byScript] : [byNpm];
      for (const call of calls) {
        const { code, output } = await call(command);
        expect({ command, code }).toEqual({ command, code: 2 });
        expect(output).toContain("npm run setup");
      }
    }
    expect(made()).toEqual(before);
  });
});

it("a release of a fresh clone, from which nothing can run yet, has setup before it", async () => {
  const clone = join(folder.path, "clone");
  mkdirSync(clone);
  for (const file of ["package.json", "package-lock.json"]) {
    cpSync(join(ROOT, file), join(clone, file));
  }
  cpSync(join(ROOT, "scripts"), join(clone, "scripts"), { recursive: true });
  // A registry that is not there: setup ends where it would install.
  const { code, output } = await run("npm", [
    "--prefix",
    clone,
    "--registry",
    "http://127.0.0.1:9",
    "--fetch-retry-mintimeout=1",
    "run",
    "release",
  ]);
  expect(output).toContain("installing dependencies (once)");
  expect(code).toBe(1);
});

it("no script but those that start, test or measure has setup before it", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const lines = Object.entries(scripts);
  const building = lines
    .filter(([, line]) => /setup\.mjs/.test(line.replace("require-setup.mjs", "")))
    .map(([name]) => name);
  const may = /^(?:setup|pre(?:start(?::.*)?|demo|simulator|test(?::.*)?|bench:.*|measure:.*|evaluate))$/;
  expect(building.filter((name) => !may.test(name))).toEqual([]);
});
