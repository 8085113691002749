import { describe, expect, it } from "vitest";
import { createTokenCheck, credentialsOf } from "./credentials.ts";

const TOKEN = "correct-horse-battery-staple-0123456789";
const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString("base64")}`;

describe("an Authorization header", () => {
  it.each([
    [`Bearer ${TOKEN}`, { scheme: "bearer", token: TOKEN }],
    [`bearer ${TOKEN}`, { scheme: "bearer", token: TOKEN }],
    ["Bearer !~:=+/", { scheme: "bearer", token: "!~:=+/" }],
    [basic(`operator:${TOKEN}`), { scheme: "basic", token: TOKEN }],
    [basic(`:${TOKEN}`), { scheme: "basic", token: TOKEN }],
    [basic("me:a:b"), { scheme: "basic", token: "a:b" }],
  ])("%s is read", (header, credentials) => {
    expect(credentialsOf(header)).toEqual(credentials);
  });

  it.each([undefined, "", "Bearer", "Bearer ", TOKEN, `Digest ${TOKEN}`, basic("no colon"), `Bearer a ${TOKEN}`])(
    "%s has no credentials",
    (header) => {
      expect(credentialsOf(header)).toBeNull();
    },
  );
});

describe("the comparison with the token", () => {
  const isToken = createTokenCheck(TOKEN);

  it("accepts the token only", () => {
    expect(isToken(TOKEN)).toBe(true);
    for (const wrong of ["", TOKEN.slice(1), `${TOKEN} `, TOKEN.toUpperCase(), "x".repeat(TOKEN.length)]) {
      expect(isToken(wrong)).toBe(false);
    }
  });

  it("rejects wrong tokens of any length without an error", () => {
    expect(isToken("x".repeat(100_000))).toBe(false);
    expect(isToken("ü".repeat(TOKEN.length))).toBe(false);
  });
});
