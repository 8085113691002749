import { readdir, readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { constants } from "node:zlib";
import { type PreparedFile, prepareFile, prepareOnce } from "../http/prepared-file.ts";

export const PAGE_PATH = "/mobile";

/** One file of the page, held in memory. */
export interface PageFile {
  readonly cacheControl: string;
  /** Compressed when first asked for. */
  readonly prepared: () => Promise<PreparedFile>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".png": "image/png",
};

/** The build puts a hash of the content into these names. */
const HASHED_PREFIX = `${PAGE_PATH}/assets/`;
const FOR_GOOD = "public, max-age=31536000, immutable";
/**
 * Over plain http there is no service worker, and a browser that cannot reach us opens the page only from what it need not
 * ask for again. So it need not for a week; the page itself asks each time it is opened, which renews its copy for the next.
 */
export const OPENS_OFFLINE = "max-age=604800";
const ASK_AGAIN = "no-cache";

/**
 * Reads the built page whole, so that a build under a running server never mixes two versions.
 *
 * @returns the files by the path they are asked for; null when there is no page in the directory.
 */
export async function readPageFiles(directory: string): Promise<ReadonlyMap<string, PageFile> | null> {
  const entries = await listFiles(directory);
  if (!entries.includes("index.html")) {
    return null;
  }
  const files = await Promise.all(
    entries.map(async (name) => {
      // The page is at the folder's own address, so that its links can be `/mobile#/BTCUSDT`.
      const path = name === "index.html" ? PAGE_PATH : `${PAGE_PATH}/${name.split(sep).join("/")}`;
      const bytes = await readFile(join(directory, name));
      const type = TYPES[extname(name)] ?? "application/octet-stream";
      const prepared = prepareOnce(() => prepareFile(bytes, type, constants.BROTLI_MAX_QUALITY));
      return [path, { cacheControl: cacheControlOf(path), prepared }] as const;
    }),
  );
  return new Map(files);
}

/** Paths of all files below, relative; none where there is no such directory. */
async function listFiles(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(directory, sep).length));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return [];
    }
    throw error;
  }
}

function cacheControlOf(path: string): string {
  if (path === PAGE_PATH) {
    return OPENS_OFFLINE;
  }
  return path.startsWith(HASHED_PREFIX) ? FOR_GOOD : ASK_AGAIN;
}
