import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { ContentCoding } from "./http/accept-encoding.ts";
import { entityTag } from "./http/entity-tag.ts";
import { JSON_SECURITY_HEADERS } from "./http/security-headers.ts";

/** One body in one coding, ready to be sent. */
export interface Representation {
  readonly bytes: Buffer;
  /** Strong: the same tag is the same bytes. */
  readonly etag: string;
  /** What every answer with these bytes says of them. Name, value, name, value ... */
  readonly headers: readonly string[];
  /** What is left of that where the client has the bytes already. */
  readonly notModifiedHeaders: readonly string[];
}

/** One body in each coding. */
export type Variants = Readonly<Record<ContentCoding, Representation>>;

export const JSON_TYPE = "application/json; charset=utf-8";

/**
 * The work is done once for many answers, but it comes again with every snapshot, and there are many bodies. For the body of
 * 183 KB level 5 takes 2.7 ms (gzip 3.2 ms) and gives 10.5 KB (gzip 28.6 KB); level 11 takes 123 ms for 8.5 KB. The small
 * window is enough for these sizes, and keeps the memory small.
 */
const BROTLI = {
  params: {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_QUALITY]: 5,
    [constants.BROTLI_PARAM_LGWIN]: 18,
  },
};

const brotliAsync = promisify(brotliCompress);
const gzipAsync = promisify(gzip);

/** JSON text of a body. */
export function toBytes(body: unknown): Buffer {
  return Buffer.from(JSON.stringify(body));
}

/** Compresses off the event loop, one coding after the other: two at a time would take two cores from those who wait for answers. */
export async function represent(bytes: Buffer): Promise<Variants> {
  return {
    identity: describe(bytes, "identity"),
    gzip: describe(await gzipAsync(bytes), "gzip"),
    br: describe(await brotliAsync(bytes, BROTLI), "br"),
  };
}

function describe(bytes: Buffer, coding: ContentCoding): Representation {
  const etag = entityTag(bytes);
  const notModifiedHeaders = ["ETag", etag, "Cache-Control", "no-cache", "Vary", "Accept-Encoding"];
  return {
    bytes,
    etag,
    headers: [
      "Content-Type",
      JSON_TYPE,
      "Content-Length",
      String(bytes.length),
      ...(coding === "identity" ? [] : ["Content-Encoding", coding]),
      ...notModifiedHeaders,
      ...JSON_SECURITY_HEADERS,
    ],
    notModifiedHeaders,
  };
}
