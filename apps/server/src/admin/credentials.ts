import { createHash, timingSafeEqual } from "node:crypto";

/** What a request says to be let in. */
export interface Credentials {
  /** "bearer" is set by a program, on purpose; "basic" a browser adds by itself, whoever made it ask. */
  readonly scheme: "bearer" | "basic";
  readonly token: string;
}

/** Reads an Authorization header (RFC 6750, RFC 7617): with Basic the password is the token, whatever the user is called. */
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
 * Creates the comparison with `token`. It takes the same time for every wrong one, however much of it is right and however
 * long it is: digests of equal length are compared, all of them.
 */
export function createTokenCheck(token: string): (presented: string) => boolean {
  const expected = digestOf(token);
  return (presented) => timingSafeEqual(digestOf(presented), expected);
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
