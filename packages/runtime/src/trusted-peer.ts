import { isIP } from "node:net";

/** Names of address ranges that Express and proxy-addr know. */
const RANGES: readonly string[] = ["loopback", "linklocal", "uniquelocal"];

/** Tells whether `text` names a proxy or a range of them: "127.0.0.1", "10.0.0.0/8", "fd00::/8", "loopback". */
export function isTrustedPeer(text: string): boolean {
  if (RANGES.includes(text)) {
    return true;
  }
  const [, address = text, bits] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  // A range of all addresses would trust every client, which could then choose the address that it is counted under.
  return family !== 0 && (bits === undefined || (Number(bits) >= 1 && Number(bits) <= (family === 4 ? 32 : 128)));
}
