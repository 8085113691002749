import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

export interface SourceFile {
  /** From the root of the repository: "packages/engine/src/index.ts". */
  readonly path: string;
  /** "packages/engine"; null for a file of no workspace. */
  readonly workspace: string | null;
  /** True if it is only there for tests. */
  readonly isTest: boolean;
  /** Each module that it imports, types included, as written. */
  readonly imports: readonly string[];
}

/** All TypeScript and JavaScript below the folders that the repository keeps code in. */
export function readSourceFiles(): readonly SourceFile[] {
  return ["packages", "apps", "scripts", "test"].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:tsx?|mts|mjs|js)$/.test(entry.name))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
      .filter((path) => !/(?:^|\/)(?:dist|node_modules)\//.test(path))
      .map(readSourceFile),
  );
}

function readSourceFile(path: string): SourceFile {
  const code = readFileSync(join(ROOT, path), "utf8").replaceAll(/^\s*(?:\/\/|\*|\/\*\*).*$/gm, "");
  return {
    path,
    workspace: /^(?:packages|apps)\/[^/]+/.exec(path)?.[0] ?? null,
    isTest: /\.(?:test|bench)\.\w+$|\/testing\/|^test\//.test(path),
    imports: [...code.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, name = ""]) => name),
  };
}

/** The file that a relative import leads to, from the root of the repository. */
export function resolveImport(file: SourceFile, name: string): string {
  return relative(ROOT, resolve(ROOT, dirname(file.path), name));
}

/** "zod" of "zod/v4", "@pulseboard/server" of "@pulseboard/server/admin". */
export function packageOf(name: string): string {
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}
