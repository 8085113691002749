import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DOCS = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync(`${ROOT}docs`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
  "packages/engine/README.md",
].map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
const SCRIPTS: Readonly<Record<string, string>> = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")).scripts;

/** Folders that only a build or a run makes. */
const IS_MADE = /(?:^|\/)(?:dist|data|reports|node_modules)(?:\/|$)/;
const IN_REPOSITORY = /^(?:apps|packages|scripts|deploy|test|docs|biome|\.ci)\/[\w.*/-]+$/;

function withoutBlocks(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, "");
}

function isThere(path: string): boolean {
  if (!path.includes("*")) {
    return existsSync(join(ROOT, path));
  }
  const pattern = new RegExp(`^${path.split("/").pop()?.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
  const folder = join(ROOT, dirname(path));
  return existsSync(folder) && readdirSync(folder).some((name) => pattern.test(name));
}

/** As GitHub makes them. */
function anchorsOf(text: string): readonly string[] {
  return [...withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe.each(DOCS)("$path", ({ path, text }) => {
  const prose = withoutBlocks(text);

  it("names only files and folders that exist", () => {
    const named = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, name = ""]) => name);
    // The changelog also names files that are gone.
    const isHistory = path === "CHANGELOG.md";
    const paths = named.filter((name) => !isHistory && IN_REPOSITORY.test(name) && !IS_MADE.test(name));
    expect(paths.filter((name) => !isThere(name))).toEqual([]);
  });

  it("links only to existing targets", () => {
    const broken = [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => {
        const [file = "", anchor] = target.split("#");
        const linked = file === "" ? join(ROOT, path) : resolve(ROOT, dirname(path), file);
        return (
          !existsSync(linked) || (anchor !== undefined && !anchorsOf(readFileSync(linked, "utf8")).includes(anchor))
        );
      });
    expect(broken).toEqual([]);
  });

  it("has only commands that a shell understands", () => {
    const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
    const refused = blocks.flatMap((block) => {
      const { status, stderr } = spawnSync("sh", ["-n"], { input: block, encoding: "utf8" });
      return status === 0 ? [] : [`${stderr}${block}`];
    });
    expect(refused).toEqual([]);
  });

  it("names only npm scripts that exist", () => {
    const named = [...text.matchAll(/\bnpm run (?:--silent )?([a-z][a-z:-]*)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => SCRIPTS[name] === undefined)).toEqual([]);
  });
});
