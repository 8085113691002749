import type { IncomingMessage } from "node:http";
import { createCodingChoice } from "./content-coding.ts";
import { matchesEtag } from "./entity-tag.ts";
import { errorResponse, jsonHeaders, type PreparedResponse, preparedResponse } from "./prepared-response.ts";
import type { Representation, Representations } from "./representation.ts";

/** The three responses that one representation can lead to. */
export interface RepresentationResponses {
  readonly etag: string;
  readonly whole: PreparedResponse;
  readonly head: PreparedResponse;
  readonly notModified: PreparedResponse;
}

export const NOT_ACCEPTABLE_MESSAGE = "This is available uncompressed, or compressed with gzip or br.";

const VARY = ["Vary", "Accept-Encoding"];

export const NOT_ACCEPTABLE = errorResponse(406, "not_acceptable", NOT_ACCEPTABLE_MESSAGE, VARY);

const chooseCoding = createCodingChoice();

/** The representation that the client prefers; null when it accepts none. */
export function chooseRepresentation(
  representations: Representations,
  { headers }: IncomingMessage,
): Representation | null {
  // Node joins this header if it came more than once.
  const coding = chooseCoding(headers["accept-encoding"] as string | undefined);
  return coding === null ? null : representations[coding];
}

/**
 * Prepares the responses of a representation.
 *
 * @param more - Further headers, which a 304 has too. Name, value, name, value ...
 */
export function prepareResponses(
  { bytes, coding, etag, headers, notModifiedHeaders }: Representation,
  more: readonly string[] = [],
  freshness: PreparedResponse["freshness"] = null,
): RepresentationResponses {
  const describes = { coding, freshness };
  const wholeHeaders = joinVary([...headers, ...more]);
  return {
    etag,
    whole: preparedResponse(200, wholeHeaders, bytes, describes),
    head: preparedResponse(200, wholeHeaders, null, describes),
    notModified: preparedResponse(304, joinVary([...notModifiedHeaders, ...more]), null, describes),
  };
}

/** The response to this GET or HEAD: 304 when the client already has the bytes. */
export function chooseResponse(
  { etag, whole, head, notModified }: RepresentationResponses,
  { method, headers }: IncomingMessage,
): PreparedResponse {
  if (matchesEtag(headers["if-none-match"], etag)) {
    return notModified;
  }
  return method === "HEAD" ? head : whole;
}

/** Makes one Vary header of several: Node checks and writes each header of each response. */
function joinVary(headers: readonly string[]): readonly string[] {
  const isVary = (at: number): boolean => headers[at - (at % 2)] === "Vary";
  const names = headers.filter((_, at) => at % 2 === 1 && isVary(at));
  return [...headers.filter((_, at) => !isVary(at)), "Vary", names.join(", ")];
}

/** The response of an address that has nothing to show yet, and will in a moment: 200, and when to ask again. */
export function retryResponse(
  body: Buffer,
  retryAfterS: number,
  request: IncomingMessage,
  more: readonly string[],
): PreparedResponse {
  const retryAfter = ["Retry-After", String(retryAfterS)];
  const headers = joinVary([...jsonHeaders(body, "no-cache"), ...VARY, ...retryAfter, ...more]);
  const sent = request.method === "HEAD" ? null : body;
  return preparedResponse(200, headers, sent, { coding: "identity", freshness: "error" });
}
