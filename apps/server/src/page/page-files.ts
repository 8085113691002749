import { readdir, readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { ContentCoding } from "../http/accept-encoding.ts";
import { entityTag } from "../http/entity-tag.ts";

export const PAGE_PATH = "/mobile";

/** A file's bytes in one coding. */
export interface PageBytes {
  readonly bytes: Buffer;
  /** Strong: the same tag is the same bytes. */
  readonly etag: string;
}

/** One file of the page, held in memory. */
export interface PageFile {
  /** What every answer with it says, whichever coding it is sent in. */
  readonly headers: Readonly<Record<string, string>>;
  readonly isCompressible: boolean;
  /** Compressed when first asked for, off the event loop, and kept. */
  inCoding(coding: ContentCoding): Promise<PageBytes>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".png": "image/png",
};
const COMPRESSED_ALREADY: ReadonlySet<string> = new Set([".png"]);

/** The build puts a hash of the content into these names. */
const HASHED_PREFIX = `${PAGE_PATH}/assets/`;
const FOR_GOOD = "public, max-age=31536000, immutable";
/**
 * Over plain http there is no service worker, and a browser that cannot reach us opens the page only from what it need not
 * ask for again. So it need not for a week; the page itself asks each time it is opened, which renews its copy for the next.
 */
export const OPENS_OFFLINE = "max-age=604800";
const ASK_AGAIN = "no-cache";
const SERVICE_WORKER_PATH = `${PAGE_PATH}/sw.js`;

/** What is compressed once, and for good, may take its time. */
const BROTLI = {
  params: {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
  },
};
const brotliAsync = promisify(brotliCompress);
const gzipAsync = promisify(gzip);

/**
 * Reads the built page whole, so that a build under a running server never mixes two versions.
 *
 * @returns the files by the path they are asked for; null when there is no page in the directory.
 */
export async function readPageFiles(directory: string): Promise<ReadonlyMap<string, PageFile> | null> {
  const entries = await listFiles(directory);
  if (!entries.includes("index.html")) return null;
  const files = await Promise.all(
    entries.map(async (name) => {
      // The page is at the folder's own address, so that its links can be `/mobile#/BTCUSDT`.
      const path = name === "index.html" ? PAGE_PATH : `${PAGE_PATH}/${name.split(sep).join("/")}`;
      return [path, pageFile(path, extname(name), await readFile(join(directory, name)))] as const;
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
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

function pageFile(path: string, extension: string, bytes: Buffer): PageFile {
  const isCompressible = !COMPRESSED_ALREADY.has(extension);
  const kept = new Map<ContentCoding, Promise<PageBytes>>();
  return {
    headers: {
      "Content-Type": TYPES[extension] ?? "application/octet-stream",
      "Cache-Control": cacheControl(path),
      ...(isCompressible ? { Vary: "Accept-Encoding" } : {}),
      // It lies in /mobile/, and is to see to /mobile as well.
      ...(path === SERVICE_WORKER_PATH ? { "Service-Worker-Allowed": PAGE_PATH } : {}),
    },
    isCompressible,
    inCoding: (coding) => {
      const known = kept.get(coding);
      if (known !== undefined) return known;
      const made = compress(bytes, coding).then((coded) => ({ bytes: coded, etag: entityTag(coded) }));
      kept.set(coding, made);
      return made;
    },
  };
}

function cacheControl(path: string): string {
  if (path === PAGE_PATH) return OPENS_OFFLINE;
  return path.startsWith(HASHED_PREFIX) ? FOR_GOOD : ASK_AGAIN;
}

async function compress(bytes: Buffer, coding: ContentCoding): Promise<Buffer> {
  if (coding === "br") return brotliAsync(bytes, BROTLI);
  return coding === "gzip" ? gzipAsync(bytes, { level: constants.Z_BEST_COMPRESSION }) : bytes;
}
