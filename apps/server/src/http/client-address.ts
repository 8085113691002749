import type { IncomingMessage } from "node:http";
import { isIP, isIPv6, type Socket, SocketAddress } from "node:net";
import proxyAddr from "proxy-addr";

/** The proxies that may set X-Forwarded headers: the number of proxies before this server, or their addresses; 0 and [] for none. */
export type TrustProxy = number | readonly string[];

/** Identifies the client of a request. */
export interface Client {
  /** The key for rate limits: the client's IPv4 address, or the /64 of its IPv6 address, which is what one customer has. */
  addressKey(request: IncomingMessage): string;
  /** The same of who opened a connection; null for a trusted proxy, whose connections are those of many clients. */
  connectionKey(socket: Socket): string | null;
  /** Tells whether a trusted proxy says that the client uses TLS. */
  isBehindTls(request: IncomingMessage): boolean;
}

/** Reads X-Forwarded-For from the right, as Express does: the client is the first address that is not a trusted proxy. */
export function createClient(trustProxy: TrustProxy): Client {
  if (trustProxy === 0 || (typeof trustProxy !== "number" && trustProxy.length === 0)) {
    return {
      addressKey: (request) => addressKey(socketAddress(request)),
      connectionKey: (socket) => addressKey(socket.remoteAddress ?? ""),
      isBehindTls: () => false,
    };
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
      const hops = [socketAddress(request), ...forwardedFor(request.headers["x-forwarded-for"])];
      const address = hops.find((hop, index) => !trust(hop, index)) ?? hops.at(-1) ?? "";
      // Proxies also pass on values that are not addresses.
      return addressKey(address === "" ? socketAddress(request) : address);
    },
    connectionKey: ({ remoteAddress = "" }) => (trust(remoteAddress, 0) ? null : addressKey(remoteAddress)),
    isBehindTls: (request) => {
      const forwarded = request.headers["x-forwarded-proto"];
      if (typeof forwarded !== "string" || !trust(socketAddress(request), 0)) {
        return false;
      }
      return forwarded.split(",", 1).join().trim().toLowerCase() === "https";
    },
  };
}

/** The addresses of X-Forwarded-For, the nearest first; "" for what is none. */
function forwardedFor(header: string | readonly string[]): readonly string[] {
  return String(header)
    .split(",")
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map(readAddress)
    .reverse();
}

/** Proxies write 192.0.2.7, 192.0.2.7:50001, 2001:db8::7, [2001:db8::7], [2001:db8::7]:50001, some of them in quotes. */
function readAddress(text: string): string {
  const unquoted = text.replace(/^"(.*)"$/, "$1");
  if (isIP(unquoted) !== 0) {
    return unquoted;
  }
  const [, bracketed, plain = ""] = /^(?:\[(.+)\]|(.+?))(?::\d{1,5})?$/.exec(unquoted) ?? [];
  const address = bracketed ?? plain;
  return isIP(address) === 0 ? "" : address;
}

/** "" once the client has disconnected. */
function socketAddress(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? "";
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The key of an address for rate limits: an IPv4 address, or the /64 of an IPv6 address. */
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
  // An address can be written in many ways; the system's canonical form shows an embedded IPv4 address as such.
  const written = new SocketAddress({ address: withoutZone, family: "ipv6" }).address;
  return MAPPED.exec(written)?.[1] ?? networkOf(written);
}

/** The first four of the eight groups; "::" stands for as many zeros as are missing. */
function networkOf(address: string): string {
  const [head = "", tail] = address.split("::");
  const groupsOf = (text: string): readonly string[] => (text === "" ? [] : text.split(":"));
  const [before, after] = [groupsOf(head), groupsOf(tail ?? "")];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...new Array<string>(zeros).fill("0"), ...after];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
