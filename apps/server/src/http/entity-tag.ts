import { createHash } from "node:crypto";

/** A strong tag: equal tags mean equal bytes, whichever process sent them. */
export function entityTag(bytes: Buffer): string {
  return `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
}

/** Tells whether If-None-Match names this tag, by RFC 9110, 13.1.2: a list of tags compared weakly, or "*". */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) {
    return false;
  }
  if (ifNoneMatch === etag || ifNoneMatch.trim() === "*") {
    return true;
  }
  return ifNoneMatch
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""))
    .some((tag) => tag === etag);
}
