import type { IncomingMessage } from "node:http";
import { isIP, isIPv6, SocketAddress } from "node:net";
import proxyAddr from "proxy-addr";

/** Whose X-Forwarded headers count: how many proxies stand before us, or which ones; 0 and [] for nobody's. */
export type TrustProxy = number | readonly string[];

/** What is known of who asks. */
export interface Client {
  /** What the client is counted under: its IPv4 address, or the /64 of its IPv6 address, which is what one customer has. */
  addressKey(request: IncomingMessage): string;
  /** Whether the client came by TLS, as a trusted proxy says. */
  isBehindTls(request: IncomingMessage): boolean;
}

/** Reads X-Forwarded-For from its right end, as Express does: the client is the first address there that is no proxy of ours. */
export function createClient(trustProxy: TrustProxy): Client {
  if (trustProxy === 0 || (typeof trustProxy !== "number" && trustProxy.length === 0)) {
    return { addressKey: (request) => addressKey(socketAddress(request)), isBehindTls: () => false };
  }
  const trust =
    typeof trustProxy === "number"
      ? (_address: string, hop: number) => hop < trustProxy
      : proxyAddr.compile([...trustProxy]);
  return {
    addressKey: (request) => {
      if (request.headers["x-forwarded-for"] === undefined) {
        return addressKey(socketAddress(request));
      }
      const address = proxyAddr(request, trust);
      // What a proxy passed on may be no address at all.
      return addressKey(isIP(address ?? "") === 0 ? socketAddress(request) : address);
    },
    isBehindTls: (request) => {
      const forwarded = request.headers["x-forwarded-proto"];
      if (typeof forwarded !== "string" || !trust(socketAddress(request), 0)) {
        return false;
      }
      return forwarded.split(",", 1).join().trim().toLowerCase() === "https";
    },
  };
}

/** "" once the client has gone. */
function socketAddress(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? "";
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** What an address is counted under. */
export function addressKey(address: string): string {
  if (!address.includes(":")) {
    return address;
  }
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined) {
    return mapped;
  }
  const withoutZone = address.replace(/%.*$/, "");
  if (!isIPv6(withoutZone)) {
    return address;
  }
  // There are many ways to write one address; this is the system's, which shows an IPv4 address in it as such.
  const written = new SocketAddress({ address: withoutZone, family: "ipv6" }).address;
  return MAPPED.exec(written)?.[1] ?? networkOf(written);
}

/** Four groups of the eight; "::" stands for as many zeros as are missing. */
function networkOf(address: string): string {
  const [head = "", tail] = address.split("::");
  const groupsOf = (text: string): readonly string[] => (text === "" ? [] : text.split(":"));
  const [before, after] = [groupsOf(head), groupsOf(tail ?? "")];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...new Array<string>(zeros).fill("0"), ...after];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
