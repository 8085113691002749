import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Request, Response } from "express";
import { type ContentCoding, chooseCoding } from "./accept-encoding.ts";
import { entityTag, matchesEtag } from "./entity-tag.ts";
import { sendError } from "./json-answers.ts";

interface Variant {
  readonly bytes: Buffer;
  /** Strong: the same tag is the same bytes. */
  readonly etag: string;
  readonly coding: ContentCoding;
}

/** A file in each coding. */
export interface PreparedFile {
  readonly type: string;
  readonly variants: Readonly<Record<ContentCoding, Variant>>;
}

/** The 1.7 MB of the viewer's script take 60 ms and become 405 KB; the best would take 4 s for 359 KB. */
const QUICK_BROTLI = 5;

const brotliAsync = promisify(brotliCompress);
const gzipAsync = promisify(gzip);

/**
 * Compresses off the event loop. What does not become smaller, such as a picture, stays as it is.
 *
 * @param brotliQuality - Up to 11, for what is small and asked for by everybody.
 */
export async function prepareFile(bytes: Buffer, type: string, brotliQuality = QUICK_BROTLI): Promise<PreparedFile> {
  const identity: Variant = { bytes, etag: entityTag(bytes), coding: "identity" };
  const variant = (coded: Buffer, coding: ContentCoding): Variant =>
    coded.length < bytes.length ? { bytes: coded, etag: entityTag(coded), coding } : identity;
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } };
  const [gzipped, brotlied] = [await gzipAsync(bytes), await brotliAsync(bytes, brotli)];
  return { type, variants: { identity, gzip: variant(gzipped, "gzip"), br: variant(brotlied, "br") } };
}

/** Sends the file as the client likes it best, or says that it has it already. */
export function sendFile(request: Request, response: Response, file: PreparedFile, cacheControl: string): void {
  response.setHeader("Vary", "Accept-Encoding");
  // Node joins what came more than once.
  const chosen = chooseCoding(request.headers["accept-encoding"] as string | undefined);
  if (chosen === null) {
    sendError(response, 406, "not_acceptable", "This is sent as it is, or compressed by gzip or br.");
    return;
  }
  const { bytes, etag, coding } = file.variants[chosen];
  response.setHeader("ETag", etag);
  response.setHeader("Cache-Control", cacheControl);
  if (matchesEtag(request.headers["if-none-match"], etag)) {
    response.status(304).end();
    return;
  }
  response.setHeader("Content-Type", file.type);
  response.setHeader("Content-Length", bytes.length);
  if (coding !== "identity") {
    response.setHeader("Content-Encoding", coding);
  }
  response.end(bytes);
}

/** Prepares a file when it is first asked for, and keeps it; what failed is tried again by the next one who asks. */
export function prepareOnce(prepare: () => Promise<PreparedFile>): () => Promise<PreparedFile> {
  let prepared: Promise<PreparedFile> | null = null;
  return () => {
    prepared ??= prepare().catch((error: unknown) => {
      prepared = null;
      throw error;
    });
    return prepared;
  };
}
