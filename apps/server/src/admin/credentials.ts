import { createHash, timingSafeEqual } from "node:crypto";

/** The token that a request presents. */
export interface Credentials {
  /** A program sets "bearer" on purpose; a browser adds "basic" by itself, whichever page made the request. */
  readonly scheme: "bearer" | "basic";
  readonly token: string;
}

/** Parses an Authorization header (RFC 6750, RFC 7617). With Basic the password is the token, and the user name is ignored. */
export function credentialsOf(authorization: string | undefined): Credentials | null {
  const [, scheme = "", value = ""] = /^(\w+) +([!-~]+)$/.exec(authorization ?? "") ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
      return { scheme: "bearer", token: value };
    case "basic": {
      const pair = Buffer.from(value, "base64").toString("utf8");
      const colon = pair.indexOf(":");
      return colon < 0 ? null : { scheme: "basic", token: pair.slice(colon + 1) };
    }
    default:
      return null;
  }
}

/**
 * Creates the comparison with `token`. It compares digests of equal length, so that it takes the same time for every wrong token,
 * whatever its length and however many of its characters are right.
 */
export function createTokenCheck(token: string): (presented: string) => boolean {
  const expected = digestOf(token);
  return (presented) => timingSafeEqual(digestOf(presented), expected);
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
