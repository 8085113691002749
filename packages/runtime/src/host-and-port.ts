import { isIP } from "node:net";

export interface HostAndPort {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * Reads "host:port": "cache.example:11211", "[::1]:11211", and "::1:11211", as people write it too; null for anything else.
 * The one reader of such a setting, so that what the configuration accepts can also be connected to.
 */
export function parseHostAndPort(text: string): HostAndPort | null {
  const [, name = "", digits = ""] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const host = parseHost(name);
  const port = Number(digits);
  return host !== null && port >= 1 && port <= 65_535 ? { host, port } : null;
}

/** Reads a host name or an address, IPv6 with brackets or without; returns it without. Null for anything else. */
export function parseHost(text: string): string | null {
  const [, bracketed] = /^\[(.+)\]$/.exec(text) ?? [];
  if (bracketed !== undefined) {
    return isIP(bracketed) === 6 ? bracketed : null;
  }
  return isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text) ? text : null;
}

/** Writes it in one form, with brackets around an IPv6 address. */
export function formatHostAndPort({ host, port }: HostAndPort): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}
