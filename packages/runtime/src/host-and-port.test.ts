import { describe, expect, test } from "vitest";
import { formatHostAndPort, parseHost, parseHostAndPort } from "./host-and-port.ts";

describe("host:port", () => {
  test.each([
    ["cache.example:11211", { host: "cache.example", port: 11_211 }, "cache.example:11211"],
    ["127.0.0.1:1", { host: "127.0.0.1", port: 1 }, "127.0.0.1:1"],
    ["[::1]:11211", { host: "::1", port: 11_211 }, "[::1]:11211"],
    ["::1:11211", { host: "::1", port: 11_211 }, "[::1]:11211"],
    ["[fe80::1%lo]:11211", { host: "fe80::1%lo", port: 11_211 }, "[fe80::1%lo]:11211"],
  ])("%s is read, and written in one form", (text, expected, written) => {
    expect(parseHostAndPort(text)).toEqual(expected);
    expect(formatHostAndPort(expected)).toBe(written);
    expect(parseHostAndPort(written)).toEqual(expected);
  });

  test.each([
    "::1",
    "[::1]",
    "localhost",
    "[localhost]:1",
    "[127.0.0.1]:1",
    "[::1:1",
    "a b:1",
    ":1",
    "a:0",
    "a:65536",
    "",
  ])("%j is not one", (text) => {
    expect(parseHostAndPort(text)).toBeNull();
  });

  test("a host alone may have its brackets too", () => {
    expect(parseHost("[::]")).toBe("::");
    expect(parseHost("::")).toBe("::");
    expect(parseHost("[::")).toBeNull();
  });
});
