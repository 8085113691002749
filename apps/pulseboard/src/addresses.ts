import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import type { Logger } from "@pulseboard/runtime";

export interface Listening {
  /** HOST, as it was configured. */
  readonly host: string;
  readonly port: number;
}

export interface PageAddresses {
  /** The page's address on this machine. */
  readonly local: string;
  /** The page's addresses for a phone in the same network; empty when the server listens on one address only. */
  readonly phones: readonly string[];
}

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

const ALL_ADDRESSES: readonly string[] = ["0.0.0.0", "::"];

/** Tells where the page is: to be clicked on a terminal, one line of the log anywhere else. */
export function announceAddresses(listening: Listening, log: Logger): void {
  const { local, phones } = pageAddresses(listening, networkInterfaces());
  const sentence = `Pulseboard answers at ${local}`;
  if (process.stdout.isTTY !== true) {
    log.info({ phones }, sentence);
    return;
  }
  for (const line of [sentence, ...phones.map((url) => `        on a phone at ${url}`)]) {
    console.log(line);
  }
}

/** The addresses of the page of a server that listens on `host`, on a machine with these network interfaces. */
export function pageAddresses({ host, port }: Listening, interfaces: Interfaces): PageAddresses {
  const url = (address: string): string => `http://${address}:${port}/mobile`;
  if (!ALL_ADDRESSES.includes(host)) {
    return { local: url(host.includes(":") ? `[${host}]` : host), phones: [] };
  }
  const reachable = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal);
  return { local: url("127.0.0.1"), phones: reachable.map(({ address }) => url(address)) };
}
