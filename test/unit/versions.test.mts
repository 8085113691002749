import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const manifestOf = (path: string): Record<string, unknown> => JSON.parse(read(path));

const { version } = manifestOf("package.json");

/** Every "name": "version" of a workspace in any manifest, and each one's own. */
function statedVersions(): readonly (readonly [where: string, version: unknown])[] {
  const paths = ["packages", "apps"].flatMap((group) =>
    readdirSync(join(ROOT, group)).map((name) => `${group}/${name}/package.json`),
  );
  return paths.flatMap((path) => {
    const manifest = manifestOf(path);
    const used = Object.entries({ ...Object(manifest.dependencies), ...Object(manifest.devDependencies) });
    const ours = used.filter(([name]) => name.startsWith("@pulseboard/"));
    return [
      [path, manifest.version],
      ...ours.map(([name, pinned]) => [`${name} in ${path}`, pinned] as const),
    ] as const;
  });
}

it("every workspace has the version of the program, and depends on the others in it", () => {
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  const stated = statedVersions();
  expect(stated.length).toBeGreaterThan(20);
  expect(stated.filter(([, each]) => each !== version)).toEqual([]);
});

it("the lock file and the newest heading of the changelog have it", () => {
  const lock = manifestOf("package-lock.json");
  expect([lock.version, Object(Object(lock.packages)[""]).version]).toEqual([version, version]);
  expect(/^## (\S+)/m.exec(read("CHANGELOG.md"))?.[1]).toBe(version);
});

it("the page that was built has it", () => {
  const assets = "apps/mobile/dist/assets";
  const scripts = readdirSync(join(ROOT, assets))
    .map((name) => read(`${assets}/${name}`))
    .join("\n");
  expect(scripts).toContain(`Pulseboard ${version}`);
});
