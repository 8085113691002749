import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { type Clock, sleepUnlessAborted, withTimeout } from "@pulseboard/runtime";
import { answerClientError, type ConnectionState } from "./client-error.ts";
import { createConnectionCount } from "./connection-count.ts";
import { type ListenAddress, listenOn } from "./listen-on.ts";

/** How long one client may keep the server's sockets busy. */
export interface ListenerDurations {
  /** Limit for receiving a request's headers. */
  readonly headersMs: number;
  /** Limit for receiving a whole request. */
  readonly requestMs: number;
  /** How often these two, and idle connections, are checked. */
  readonly connectionCheckMs: number;
  /** A connection is closed when its client reads nothing of a response for this long. */
  readonly stalledMs: number;
  /** A connection without a request for this long is closed at the next check. */
  readonly keepAliveMs: number;
  /**
   * How long a closing server keeps idle connections open. A request that is on its way when the server begins to close would be
   * lost with its connection; within this time it is answered, and its client told to use another connection.
   */
  readonly lingerMs: number;
}

/**
 * The most connections at a time, of all clients together; more are closed as they arrive. An idle connection takes about 10 KB.
 */
const MAX_CONNECTIONS = 5_000;
/**
 * The most of them for one address: somebody who opens as many as possible leaves three quarters to the others. It is still enough
 * for the phones of a large office or a mobile network behind one address.
 */
const MAX_CONNECTIONS_PER_ADDRESS = MAX_CONNECTIONS / 4;
/**
 * The most requests on one connection that arrive before the response to the previous one was sent; beyond that the connection
 * is closed. Each takes some KB until its response is read: a thousand of them fit into one packet, and would fill our memory if
 * their sender read nothing. Browsers and proxies send none ahead.
 */
export const MAX_REQUESTS_AHEAD = 4;

export interface HttpListener {
  /** "http://127.0.0.1:8002": the URL for a browser on this machine. */
  readonly url: string;
  /** For upgrades to WebSockets. */
  readonly server: Server;
  /** Accepts no more connections, lets running and arriving requests finish, and closes the rest after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

export interface ListenOptions extends ListenAddress {
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** Closes a connection at once, without reading the requests that it has already received. */
  readonly cutOff: (socket: Socket) => void;
  /** Called for each connection that is closed because there are too many connections, or too many requests ahead. */
  readonly onDropped?: (reason: "connections" | "connections_of_address" | "requests_ahead") => void;
  readonly maxConnections?: number;
  /** The key under which a connection is counted; null for one that counts for no address. Without it none is counted. */
  readonly addressKey?: (socket: Socket) => string | null;
  readonly maxConnectionsPerAddress?: number;
  readonly durations: ListenerDurations;
  readonly clock: Clock;
}

interface Connection {
  /** The response that was begun last; null once it is sent. */
  response: ServerResponse | null;
  /** How many have arrived. */
  requests: number;
  /** Requests in a row that did not wait for the previous response. */
  ahead: number;
  /** The number of the check of idle connections before its last request. */
  usedAtCheck: number;
}

/**
 * Listens for HTTP requests, within limits for each connection.
 *
 * @throws ServerError naming host, port and the variable to change, when the address cannot be used.
 */
export async function listen(options: ListenOptions): Promise<HttpListener> {
  const { handler, cutOff, onDropped = () => {}, maxConnections = MAX_CONNECTIONS } = options;
  const { addressKey = () => null, maxConnectionsPerAddress = MAX_CONNECTIONS_PER_ADDRESS } = options;
  const { durations, clock } = options;
  const countConnection = createConnectionCount(addressKey, maxConnectionsPerAddress);
  const connections = new Map<Socket, Connection>();
  let closing = false;
  let checks = 0;

  /** Tells whether a request may be handled; otherwise its connection is closed. */
  const admit = (socket: Socket, connection: Connection): boolean => {
    const isAhead = connection.response !== null && !connection.response.writableFinished;
    connection.ahead = isAhead ? connection.ahead + 1 : 0;
    connection.usedAtCheck = checks;
    connection.requests += 1;
    if (connection.ahead <= MAX_REQUESTS_AHEAD) {
      return true;
    }
    onDropped("requests_ahead");
    cutOff(socket);
    return false;
  };

  /** Closes the connection when its client does not read the response; Node destroys sockets that time out. */
  const watchUnsent = (socket: Socket, response: ServerResponse, connection: Connection | undefined): void => {
    socket.setTimeout(durations.stalledMs);
    response.once("finish", () => {
      // Only the last response ends the watch: those behind an earlier one may still stall.
      if (connection !== undefined && connection.response !== response) {
        return;
      }
      socket.setTimeout(0);
      if (connection !== undefined) {
        connection.response = null;
      }
    });
  };

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    // Plain numbers instead of listeners: this runs tens of thousands of times a second.
    const connection = connections.get(socket);
    if (connection !== undefined && !admit(socket, connection)) {
      return;
    }
    if (closing) {
      // With setHeader, Node would keep only one of several headers of the same name, such as Vary.
      response.shouldKeepAlive = false;
      response.once("close", () => socket.destroySoon());
    }
    handler(request, response);
    // The network has nearly always taken the whole response by now. A reference to it would make the garbage collector copy
    // the response of every connection again and again.
    const isSent = response.writableFinished;
    if (connection !== undefined) {
      connection.response = isSent ? null : response;
    }
    if (!isSent) {
      watchUnsent(socket, response, connection);
    }
  };

  const server = createServer({ connectionsCheckingInterval: durations.connectionCheckMs }, handle);
  // A client that asks before it sends a body (Expect: 100-continue) gets the response at once instead of "go on".
  server.on("checkContinue", handle);
  // Other expectations are ignored, as RFC 9110, 10.1.1 allows; Node would answer them outside of limits and metrics.
  server.on("checkExpectation", handle);
  const stateOf = (socket: Socket): ConnectionState => {
    const connection = connections.get(socket);
    return { requests: connection?.requests ?? 0, isAnswering: connection?.response?.headersSent === true };
  };
  server.on("clientError", (error, socket) => void answerClientError(error, socket as Socket, stateOf));
  server.headersTimeout = durations.headersMs;
  server.requestTimeout = durations.requestMs;
  // Node's own would set a timer twice per request, and add a header to each response.
  server.keepAliveTimeout = 0;
  server.maxConnections = maxConnections;
  server.on("drop", () => onDropped("connections"));
  server.on("connection", (socket) => {
    if (!countConnection(socket)) {
      onDropped("connections_of_address");
      socket.destroy();
      return;
    }
    connections.set(socket, { response: null, requests: 0, ahead: 0, usedAtCheck: checks });
    socket.once("close", () => connections.delete(socket));
  });
  // From here on the WebSocket code is responsible for the connection, which may be silent for as long as it likes.
  server.on("upgrade", (_request, socket) => {
    connections.delete(socket as Socket);
    if (server.listenerCount("upgrade") === 1) {
      socket.destroy();
    }
  });

  const url = await listenOn(server, options);

  const closed = new AbortController();
  const checkIdle = async (): Promise<void> => {
    const maxIdleChecks = Math.ceil(durations.keepAliveMs / durations.connectionCheckMs);
    while (await sleepUnlessAborted(clock, durations.connectionCheckMs, closed.signal)) {
      checks += 1;
      for (const [socket, { response, usedAtCheck }] of connections) {
        const isIdle = response === null || response.closed;
        if (isIdle && checks - usedAtCheck > maxIdleChecks) {
          socket.destroy();
        }
      }
    }
  };
  void checkIdle();

  const destroyIdle = (): void => {
    // Also connections that were opened ahead and never sent a request, which Node does not count as idle.
    for (const [socket, { response }] of connections) {
      if (response === null || response.closed) {
        socket.destroy();
      }
    }
  };

  return {
    url,
    server,
    close: async (graceMs) => {
      closing = true;
      for (const [socket, { response }] of connections) {
        if (response !== null && !response.closed) {
          response.once("close", () => socket.destroySoon());
        }
      }
      // The close of the HTTP server would cut idle connections at once.
      const allClosed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
      const waitFor = async (ms: number): Promise<void> => {
        if (ms > 0) {
          await withTimeout(() => allClosed, { clock, ms, onTimeout: () => {} });
        }
      };
      const lingerMs = Math.min(durations.lingerMs, graceMs / 2);
      await waitFor(lingerMs);
      destroyIdle();
      await waitFor(graceMs - lingerMs);
      server.closeAllConnections();
      await allClosed;
      closed.abort();
    },
  };
}
