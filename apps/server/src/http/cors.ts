/** Returns the CORS headers of a response by the request's Origin. Name, value, name, value ... */
export type CorsHeaders = (origin: string | undefined) => readonly string[];

const NONE: readonly string[] = [];
const EXPOSED = ["Access-Control-Expose-Headers", "ETag, Retry-After, X-Snapshot-Age, X-Snapshot-Sequence"];

/** The answer to a preflight request: browsers may send these, and remember that for up to a day. */
export const PREFLIGHT_HEADERS: readonly string[] = [
  "Access-Control-Allow-Methods",
  "GET, HEAD",
  "Access-Control-Allow-Headers",
  "If-None-Match",
  "Access-Control-Max-Age",
  "86400",
];

/** @param origins - "https://a.example" ..., or "*" alone; empty when only our own pages, which need no headers, may read. */
export function createCorsHeaders(origins: readonly string[]): CorsHeaders {
  if (origins.length === 0) {
    return () => NONE;
  }
  if (origins.includes("*")) {
    const all = ["Access-Control-Allow-Origin", "*", ...EXPOSED];
    return () => all;
  }
  // Also for origins that are not listed: a cache must not reuse such a response for one that is.
  const vary = ["Vary", "Origin"];
  const byOrigin = new Map(
    origins.map((origin) => [origin, [...vary, "Access-Control-Allow-Origin", origin, ...EXPOSED]]),
  );
  return (origin) => byOrigin.get(origin ?? "") ?? vary;
}
