import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PulseboardError } from "@pulseboard/runtime";

/** The server could not be started. */
export class ServerError extends PulseboardError {}

export interface ListenAddress {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** A socket that listens already, opened by whoever started this process; host and port then count for nothing. */
  readonly descriptor?: number | undefined;
}

/**
 * How many connections may wait while the process stands still (a machine that is short of time, a stop of some seconds); Linux allows
 * as many by default. Node's 511 are full after ten seconds of 50 phones a second: what comes then is not refused but lost, and its
 * client tries again a second later, when the process has long gone on.
 */
const MAX_WAITING_CONNECTIONS = 4096;

/**
 * Starts listening.
 *
 * @returns the URL for a browser on this machine: "http://127.0.0.1:8002"
 * @throws ServerError naming host, port and the variable to change, when the address cannot be used.
 */
export function listenOn(server: Server, { host, port, descriptor }: ListenAddress): Promise<string> {
  return new Promise((resolve, reject) => {
    const onError = (cause: NodeJS.ErrnoException): void =>
      reject(descriptor === undefined ? cannotListen(cause, host, port) : notASocket(cause, descriptor));
    server.once("error", onError);
    server.listen(
      { ...(descriptor === undefined ? { host, port } : { fd: descriptor }), backlog: MAX_WAITING_CONNECTIONS },
      () => {
        server.off("error", onError);
        resolve(urlOf(server.address() as AddressInfo));
      },
    );
  });
}

function cannotListen(cause: NodeJS.ErrnoException, host: string, port: number): ServerError {
  switch (cause.code) {
    case "EADDRINUSE":
      return new ServerError(`Port ${port} on ${host} is in use by another program`, {
        code: "port_in_use",
        retryable: true,
        hint: "Stop the other program, or set PORT to a free port.",
        cause,
      });
    case "EACCES":
      return new ServerError(`Port ${port} on ${host} cannot be used by this user`, {
        code: "port_not_allowed",
        retryable: false,
        hint: "Set PORT to a port above 1023.",
        cause,
      });
    default:
      return new ServerError(`Cannot listen on ${host}, port ${port}: ${cause.message}`, {
        code: "cannot_listen",
        retryable: false,
        hint: "Check HOST and PORT.",
        cause,
      });
  }
}

function notASocket(cause: NodeJS.ErrnoException, descriptor: number): ServerError {
  return new ServerError(`Cannot listen on descriptor ${descriptor}: ${cause.message}`, {
    code: "cannot_listen",
    retryable: false,
    hint: "LISTEN_FDS=1 promises a listening socket as descriptor 3; start the process by a .socket unit, or unset it.",
    cause,
  });
}

function urlOf({ address, family, port }: AddressInfo): string {
  if (address === "0.0.0.0" || address === "::") {
    return `http://127.0.0.1:${port}`;
  }
  return family === "IPv6" ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}
