/** Completes the sentence "expected ...". */
export const REDIS_URL_FORM =
  "redis://[user:password@]host[:port][/database], or rediss:// for TLS; percent-encode what is special in user and password (/ as %2F, ? as %3F, # as %23, % as %25, @ as %40)";

/**
 * Tells whether a text is a Redis URL that can be read in one way only. A password with an unencoded character can look like a
 * port, a path or a query, so everything else is refused.
 */
export function isRedisUrl(text: string): boolean {
  const [matched, userInfo = ""] = /^rediss?:\/\/(?:([^/?#\s]*)@)?[^/?#@\s]+(?:\/\d{0,5})?$/.exec(text) ?? [];
  return matched !== undefined && URL.canParse(text) && new URL(text).hostname !== "" && canDecode(userInfo);
}

function canDecode(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
