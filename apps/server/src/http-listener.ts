import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, Server as NetServer, type Socket } from "node:net";
import type { Clock } from "@pulseboard/runtime";
import { ServerError } from "./server-error.ts";

/** What one client may take of the server's time and sockets. */
export interface ConnectionLimits {
  /** Until a request's headers are there, ms. */
  readonly headersMs: number;
  /** Until the whole request is there, ms. */
  readonly requestMs: number;
  /** How often the two are checked, ms. */
  readonly checkEveryMs: number;
  /** Nothing read of an answer for this long, ms. */
  readonly stalledMs: number;
  /** Between two requests, ms. */
  readonly keepAliveMs: number;
  /** Open at a time, of all clients together; more are closed as they come. */
  readonly connections: number;
}

/**
 * A request without a body is a few hundred bytes: who needs longer for it than these keeps a connection busy on purpose.
 * Keep-alive is longer than a phone's polling period and the 60 s that proxies keep theirs. An idle connection takes about
 * 10 KB.
 */
export const CONNECTION_LIMITS: ConnectionLimits = {
  headersMs: 10_000,
  requestMs: 15_000,
  checkEveryMs: 5_000,
  stalledMs: 30_000,
  keepAliveMs: 65_000,
  connections: 5_000,
};

/**
 * How long a closing server leaves its idle connections open. A request that is on its way at that moment would be lost
 * with them; whoever asks within this time is answered and told to come back on another connection.
 */
const LINGER_MS = 1000;

export interface HttpListener {
  /** "http://127.0.0.1:8002": where a browser on this machine finds it. */
  readonly url: string;
  /** For what is not a plain request: upgrades. */
  readonly server: Server;
  /**
   * Takes no more connections, lets requests at hand and those on their way finish, and ends whatever is left after
   * `graceMs`.
   */
  close(graceMs: number): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  readonly limits?: ConnectionLimits;
  /** Called for each connection that is closed as it comes, being one too many. */
  readonly onDropped?: () => void;
}

/**
 * Listens.
 *
 * @throws ServerError naming host, port and the variable to change, when the address cannot be had.
 */
export async function listen(options: ListenOptions): Promise<HttpListener> {
  const { host, port, clock, handler, limits = CONNECTION_LIMITS, onDropped = () => {} } = options;
  let closing = false;
  /** Each open connection, with the last answer that was begun on it. */
  const sockets = new Map<Socket, ServerResponse | null>();

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    // One entry instead of a listener: this happens tens of thousands of times a second.
    sockets.set(socket, response);
    if (closing) {
      response.setHeader("Connection", "close");
      response.once("close", () => socket.destroySoon());
    }
    handler(request, response);
  };
  const server = createServer({ connectionsCheckingInterval: limits.checkEveryMs }, answer);
  // Who asks whether to send a body is told what comes of it, instead of being told to go on.
  server.on("checkContinue", answer);
  server.headersTimeout = limits.headersMs;
  server.requestTimeout = limits.requestMs;
  server.timeout = limits.stalledMs;
  server.keepAliveTimeout = limits.keepAliveMs;
  server.maxConnections = limits.connections;
  server.on("drop", onDropped);
  server.on("connection", (socket) => {
    sockets.set(socket, null);
    socket.once("close", () => sockets.delete(socket));
  });

  await started(server, host, port);

  return {
    url: urlOf(server.address() as AddressInfo),
    server,
    close: async (graceMs) => {
      closing = true;
      for (const [socket, response] of sockets) {
        if (response !== null && !response.closed) response.once("close", () => socket.destroySoon());
      }
      const deadline = new AbortController();
      // The close of the HTTP server would cut idle connections at once.
      const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
      const lingerMs = Math.min(LINGER_MS, graceMs / 2);
      const late = clock
        .sleep(lingerMs, deadline.signal)
        .then(() => {
          // Also those that were opened ahead and never asked anything, which Node does not count as idle.
          for (const [socket, response] of sockets) if (response === null || response.closed) socket.destroy();
          return clock.sleep(graceMs - lingerMs, deadline.signal);
        })
        .then(() => server.closeAllConnections())
        .catch((error: unknown) => {
          if (!deadline.signal.aborted) throw error;
        });
      await closed;
      deadline.abort();
      await late;
    },
  };
}

function started(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: NodeJS.ErrnoException): void => reject(cannotListen(cause, host, port));
    server.once("error", onError);
    server.listen({ host, port }, () => {
      server.off("error", onError);
      resolve();
    });
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
      return new ServerError(`Port ${port} on ${host} may not be used by this user`, {
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

function urlOf({ address, family, port }: AddressInfo): string {
  if (address === "0.0.0.0" || address === "::") return `http://127.0.0.1:${port}`;
  return family === "IPv6" ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}
