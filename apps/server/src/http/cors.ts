/** Which headers an answer carries for pages of other origins, by what they sent as Origin. Name, value, name, value ... */
export type CorsHeaders = (origin: string | undefined) => readonly string[];

const NONE: readonly string[] = [];
const EXPOSED = ["Access-Control-Expose-Headers", "ETag, Retry-After, X-Snapshot-Age, X-Snapshot-Sequence"];

/** What a browser may send after it has asked; it remembers the answer for a day, or as long as it likes. */
export const PREFLIGHT_HEADERS: readonly string[] = [
  "Access-Control-Allow-Methods",
  "GET, HEAD",
  "Access-Control-Allow-Headers",
  "If-None-Match",
  "Access-Control-Max-Age",
  "86400",
];

/** @param origins - "https://a.example" ..., or "*" alone; empty for our own pages only, which need no headers. */
export function createCorsHeaders(origins: readonly string[]): CorsHeaders {
  if (origins.length === 0) {
    return () => NONE;
  }
  if (origins.includes("*")) {
    const all = ["Access-Control-Allow-Origin", "*", ...EXPOSED];
    return () => all;
  }
  // Also where the origin is not on the list: a cache must not hand that answer to one that is.
  const vary = ["Vary", "Origin"];
  const byOrigin = new Map(
    origins.map((origin) => [origin, [...vary, "Access-Control-Allow-Origin", origin, ...EXPOSED]]),
  );
  return (origin) => byOrigin.get(origin ?? "") ?? vary;
}
