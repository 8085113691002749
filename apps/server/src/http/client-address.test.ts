import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { addressKey, createClient, type TrustProxy } from "./client-address.ts";

it.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::FFFF:192.0.2.7", "192.0.2.7"],
  ["::ffff:c000:207", "192.0.2.7"],
  ["0:0:0:0:0:FFFF:C000:0207", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::1", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::1", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["1::", "1:0:0:0::/64"],
  ["::", "0:0:0:0::/64"],
  ["2001:db8:0:0:ffff:c000:207:0", "2001:db8:0:0::/64"],
  ["", ""],
])("%s is counted under %s", (address, key) => {
  expect(addressKey(address)).toBe(key);
});

function request(peer: string, headers: Readonly<Record<string, string>>): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: peer });
  const incoming = new IncomingMessage(socket);
  Object.assign(incoming.headers, headers);
  return incoming;
}

describe("X-Forwarded-For", () => {
  it.each<[TrustProxy, string, string, string, string]>([
    [[], "198.51.100.1", "203.0.113.9", "198.51.100.1", "counts for nothing without a trusted proxy"],
    [0, "198.51.100.1", "203.0.113.9", "198.51.100.1", "counts for nothing with no proxies"],
    [["loopback"], "127.0.0.1", "203.0.113.9", "203.0.113.9", "counts from a trusted one"],
    [["loopback"], "::1", "203.0.113.9", "203.0.113.9", "counts from a trusted one over IPv6"],
    [["loopback"], "198.51.100.1", "203.0.113.9", "198.51.100.1", "counts for nothing from another"],
    [
      ["loopback"],
      "127.0.0.1",
      "1.1.1.1, 203.0.113.9",
      "203.0.113.9",
      "counts from its right end: the rest is hearsay",
    ],
    [["loopback", "10.0.0.0/8"], "127.0.0.1", "203.0.113.9, 10.1.2.3", "203.0.113.9", "passes over our own proxies"],
    [["loopback"], "127.0.0.1", "10.1.2.3, 127.0.0.1", "10.1.2.3", "passes over our own proxies, and no others"],
    [1, "192.0.2.1", "1.1.1.1, 203.0.113.9", "203.0.113.9", "counts by the number of proxies"],
    [2, "192.0.2.1", "1.1.1.1, 203.0.113.9", "1.1.1.1", "counts by the number of proxies, two"],
    [["loopback"], "127.0.0.1", "unknown", "127.0.0.1", "is left aside where it is no address"],
    [["loopback"], "127.0.0.1", "203.0.113.9:50001", "203.0.113.9", "may have a port"],
    [["loopback"], "127.0.0.1", "1.1.1.1:1, 203.0.113.9:50001 ", "203.0.113.9", "may have ports"],
    [["loopback", "10.0.0.0/8"], "127.0.0.1", "203.0.113.9:1,10.1.2.3:80", "203.0.113.9", "trusts a proxy with a port"],
    [2, "192.0.2.1", "1.1.1.1:1, 203.0.113.9:2", "1.1.1.1", "may have ports, by the number of proxies"],
    [["loopback"], "127.0.0.1", "[2001:db8:1:2::9]:443", "2001:db8:1:2::/64", "may have brackets and a port"],
    [["loopback"], "127.0.0.1", "[2001:db8:1:2::9]", "2001:db8:1:2::/64", "may have brackets"],
    [["loopback"], "127.0.0.1", '"[2001:db8:1:2::9]:443"', "2001:db8:1:2::/64", "may be quoted"],
    [["loopback"], "127.0.0.1", "::ffff:203.0.113.9:443", "203.0.113.9", "may be a mapped address with a port"],
    [["loopback"], "127.0.0.1", "[::ffff:203.0.113.9]:443", "203.0.113.9", "may be a mapped address in brackets"],
    [["loopback"], "127.0.0.1", "fe80::1%eth0", "fe80:0:0:0::/64", "may have a zone"],
    [["loopback"], "127.0.0.1", "203.0.113.9:x", "127.0.0.1", "is left aside where the port is none"],
    [["loopback"], "127.0.0.1", "203.0.113.9, ", "203.0.113.9", "may end in a comma"],
    [["loopback"], "127.0.0.1", "2001:db8:1:2::9", "2001:db8:1:2::/64", "counts an IPv6 client by its /64"],
  ])("with TRUST_PROXY %j, from %s, %j gives %s: %s", (trustProxy, peer, forwarded, key) => {
    expect(createClient(trustProxy).addressKey(request(peer, { "x-forwarded-for": forwarded }))).toBe(key);
  });
});

it.each<[TrustProxy, string, string | null]>([
  [[], "198.51.100.1", "198.51.100.1"],
  [0, "2001:db8:1:2::9", "2001:db8:1:2::/64"],
  [["loopback"], "198.51.100.1", "198.51.100.1"],
  [["loopback"], "127.0.0.1", null],
  [["loopback"], "::ffff:127.0.0.1", null],
  [1, "198.51.100.1", null],
])("with TRUST_PROXY %j, a connection from %s is counted under %s", (trustProxy, peer, key) => {
  expect(createClient(trustProxy).connectionKey(request(peer, {}).socket)).toBe(key);
});

describe("X-Forwarded-Proto", () => {
  it.each<[TrustProxy, string, string | undefined, boolean]>([
    [[], "127.0.0.1", "https", false],
    [["loopback"], "127.0.0.1", "https", true],
    [["loopback"], "127.0.0.1", "HTTPS, http", true],
    [["loopback"], "127.0.0.1", "http", false],
    [["loopback"], "127.0.0.1", undefined, false],
    [["loopback"], "198.51.100.1", "https", false],
    [1, "198.51.100.1", "https", true],
  ])("with TRUST_PROXY %j, from %s, %s: behind TLS is %s", (trustProxy, peer, proto, tls) => {
    const headers = proto === undefined ? {} : { "x-forwarded-proto": proto };
    expect(createClient(trustProxy).isBehindTls(request(peer, headers))).toBe(tls);
  });
});
