import { readdir, readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { type Lazy, type Logger, lazy } from "@pulseboard/runtime";
import { prepareFile, type SendFile } from "../http/prepared-file.ts";
import { FOR_EVERY_PHONE } from "../http/representation.ts";

export const PAGE_PATH = "/mobile";

/** The page's files by path, each compressed when it is first asked for; null when the page has not been built. */
export type PageFiles = ReadonlyMap<string, Lazy<SendFile>> | null;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".png": "image/png",
};

/** The build puts a hash of the content into these files' names. */
const HASHED_PREFIX = `${PAGE_PATH}/assets/`;
const IMMUTABLE = "public, max-age=31536000, immutable";
/**
 * Over plain HTTP there is no service worker, and a browser that cannot reach us opens only a page that it may use without asking.
 * So it may for a week; the page asks each time it is opened, which renews the browser's copy for the next time.
 */
export const OPENS_OFFLINE = "max-age=604800";
const REVALIDATE = "no-cache";

/**
 * Reads the whole page at the start, so that a build under a running server never mixes two versions. A page that has not been built,
 * or cannot be read, is logged: the data is served all the same.
 */
export async function readPageFiles(directory: string, log: Logger): Promise<PageFiles> {
  try {
    const files = await readFiles(directory);
    if (files === null) {
      log.warn({ directory }, "The phone page has not been built: /mobile answers 503");
    }
    return files;
  } catch (err) {
    log.error({ err, directory }, "The phone page cannot be read: /mobile answers 503");
    return null;
  }
}

async function readFiles(directory: string): Promise<PageFiles> {
  const names = await listFiles(directory);
  if (!names.includes("index.html")) {
    return null;
  }
  const files = await Promise.all(
    names.map(async (name) => {
      // The page is at the folder's own address, so that its links can be `/mobile#/BTCUSDT`.
      const path = name === "index.html" ? PAGE_PATH : `${PAGE_PATH}/${name.split(sep).join("/")}`;
      const bytes = await readFile(join(directory, name));
      const type = TYPES[extname(name)] ?? "application/octet-stream";
      const description = { type, cacheControl: cacheControlOf(path), compression: FOR_EVERY_PHONE };
      return [path, lazy(() => prepareFile(bytes, description))] as const;
    }),
  );
  return new Map(files);
}

/** The relative paths of all files below a directory; empty when it does not exist. */
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
  return path.startsWith(HASHED_PREFIX) ? IMMUTABLE : REVALIDATE;
}
