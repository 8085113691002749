import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder that the program runs from, and the version of it. */
export interface Installation {
  /** The folder of package.json, ecosystem.config.js and, where it is not elsewhere, .env. Links are resolved. */
  readonly root: string;
  /** A clone of the repository, or an unpacked release. */
  readonly kind: "checkout" | "release";
  /** "0.1.0". */
  readonly version: string;
  /** "abc1234"; "unknown" where it was built outside of a clone. */
  readonly commit: string;
  /** The file that Node runs, with a command as its first argument. */
  readonly programFile: string;
  /** The built phone page. */
  readonly pageDirectory: string;
  /** The files of the API viewer. */
  readonly docsViewerDirectory: string;
  /** The package of the job board's page; its files are in the folder `dist` in it. */
  readonly boardDirectory: string;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  /** Only a release has it. */
  readonly commit?: string;
  /** Only a checkout has them. */
  readonly workspaces?: readonly string[];
}

/**
 * Looks at the folders from `start` upwards for the program's own package.json. Nothing else may work out where a file of the
 * program lies: in a release this module is in another place than in a checkout.
 *
 * @throws Error when no folder has it
 */
export function installation(start: string = import.meta.dirname): Installation {
  const { root, manifest } = findRoot(start);
  const { version = "unknown" } = manifest;
  if (manifest.workspaces === undefined) {
    return {
      root,
      kind: "release",
      version,
      commit: manifest.commit ?? "unknown",
      programFile: join(root, "dist/pulseboard.mjs"),
      pageDirectory: join(root, "assets/page"),
      docsViewerDirectory: join(root, "assets/swagger-ui"),
      boardDirectory: join(root, "assets/bull-board"),
    };
  }
  return {
    root,
    kind: "checkout",
    version,
    // Setup writes it.
    commit: read(join(root, "apps/pulseboard/dist/commit"))?.trim() || "unknown",
    programFile: join(root, "apps/pulseboard/dist/main.js"),
    pageDirectory: join(root, "apps/mobile/dist"),
    docsViewerDirectory: join(root, "node_modules/swagger-ui-dist"),
    boardDirectory: join(root, "node_modules/@bull-board/ui"),
  };
}

function findRoot(start: string): { readonly root: string; readonly manifest: Manifest } {
  let folder = start;
  for (;;) {
    const text = read(join(folder, "package.json"));
    const manifest: Manifest = text === null ? {} : JSON.parse(text);
    if (manifest.name === "pulseboard") {
      return { root: folder, manifest };
    }
    const parent = dirname(folder);
    if (parent === folder) {
      throw new Error(`no folder above ${start} has the package.json of pulseboard`);
    }
    folder = parent;
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return null;
    }
    throw error;
  }
}
