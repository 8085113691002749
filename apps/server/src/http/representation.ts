import { promisify } from "node:util";
import { type BrotliOptions, brotliCompress, constants, gzip } from "node:zlib";
import type { ContentCoding } from "./content-coding.ts";
import { entityTag } from "./entity-tag.ts";

/** A body in one coding, with the headers that describe it. */
export interface Representation {
  readonly bytes: Buffer;
  readonly coding: ContentCoding;
  /** Strong: equal tags mean equal bytes. */
  readonly etag: string;
  /** The headers of a response with these bytes. Name, value, name, value ... */
  readonly headers: readonly string[];
  /** The headers of a 304, for a client that already has the bytes. */
  readonly notModifiedHeaders: readonly string[];
}

/** A body in each coding. */
export type Representations = Readonly<Record<ContentCoding, Representation>>;

/** How much work compressing a body is worth. */
export interface Compression {
  readonly brotli: BrotliOptions;
  /** True if a coding that would not make the body smaller is left out; the body is then sent as it is. */
  readonly onlyIfSmaller: boolean;
}

/**
 * For bodies that every new snapshot brings. Level 5 takes 2.7 ms for the body of 183 KB (gzip 3.2 ms) and gives 10.5 KB (gzip
 * 28.6 KB); level 11 takes 123 ms for 8.5 KB. The small window is enough for these sizes and saves memory.
 */
export const FOR_EACH_SNAPSHOT: Compression = {
  brotli: {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_QUALITY]: 5,
      [constants.BROTLI_PARAM_LGWIN]: 18,
    },
  },
  onlyIfSmaller: false,
};

/**
 * For large files that few people read: the 1.7 MB of the API viewer's script take 60 ms and become 405 KB; level 11 takes
 * 4 s for 359 KB.
 */
export const FOR_RARE_READERS: Compression = {
  brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } },
  onlyIfSmaller: true,
};

/** For small files that every phone downloads. */
export const FOR_EVERY_PHONE: Compression = {
  brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } },
  onlyIfSmaller: true,
};

export interface BodyDescription {
  /** The media type. */
  readonly type: string;
  readonly cacheControl: string;
  readonly compression: Compression;
  /** Further headers of each response with the body. Name, value, name, value ... */
  readonly headers?: readonly string[];
}

const brotliAsync = promisify(brotliCompress);
const gzipAsync = promisify(gzip);

/**
 * Prepares a body in each coding, its headers included. Compresses off the event loop, one coding after the other: two at a
 * time would take both cores away from requests.
 */
export async function prepareRepresentations(bytes: Buffer, description: BodyDescription): Promise<Representations> {
  const { brotli, onlyIfSmaller } = description.compression;
  const identity = describe(bytes, "identity", description);
  const coded = (compressed: Buffer, coding: ContentCoding): Representation =>
    onlyIfSmaller && compressed.length >= bytes.length ? identity : describe(compressed, coding, description);
  return {
    identity,
    gzip: coded(await gzipAsync(bytes), "gzip"),
    br: coded(await brotliAsync(bytes, brotli), "br"),
  };
}

function describe(
  bytes: Buffer,
  coding: ContentCoding,
  { type, cacheControl, headers = [] }: BodyDescription,
): Representation {
  const etag = entityTag(bytes);
  const notModifiedHeaders = ["ETag", etag, "Cache-Control", cacheControl, "Vary", "Accept-Encoding"];
  return {
    bytes,
    coding,
    etag,
    headers: [
      ...["Content-Type", type, "Content-Length", String(bytes.length)],
      ...(coding === "identity" ? [] : ["Content-Encoding", coding]),
      ...notModifiedHeaders,
      ...headers,
    ],
    notModifiedHeaders,
  };
}
