import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { type Clock, sleepUnlessAborted } from "@pulseboard/runtime";
import { listenOn } from "./http/listen-on.ts";

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
  /** Between two requests, ms; some checks later the connection is closed. */
  readonly keepAliveMs: number;
  /** Open at a time, of all clients together; more are closed as they come. */
  readonly connections: number;
  /** Requests that came before the answer to the one before them was sent; who has more on the way is cut off. */
  readonly requestsAhead: number;
}

/**
 * A request without a body is a few hundred bytes: who needs longer for it than these keeps a connection busy on purpose.
 * Keep-alive is longer than a phone's polling period and the 60 s that proxies keep theirs. An idle connection takes about
 * 10 KB, and each request ahead some KB more until its answer is read: a thousand of them fit into one packet, and would make
 * a server run out of memory that answers them to somebody who does not read. Browsers and proxies send none ahead.
 */
export const CONNECTION_LIMITS: ConnectionLimits = {
  headersMs: 10_000,
  requestMs: 15_000,
  checkEveryMs: 5_000,
  stalledMs: 30_000,
  keepAliveMs: 65_000,
  connections: 5_000,
  requestsAhead: 4,
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
  /** Called with the reason for each connection that is cut off because it, or its requests, are too many. */
  readonly onDropped?: (reason: "connections" | "requests_ahead") => void;
}

interface Connection {
  /** The last one that was begun; null once it is sent. */
  answer: ServerResponse | null;
  /** Requests in a row that did not wait for the answer before. */
  ahead: number;
  /** How often idle connections had been looked for when it was last used. */
  usedAtLook: number;
}

/**
 * Listens.
 *
 * @throws ServerError naming host, port and the variable to change, when the address cannot be had.
 */
export async function listen(options: ListenOptions): Promise<HttpListener> {
  const { host, port, clock, handler, limits = CONNECTION_LIMITS, onDropped = () => {} } = options;
  let closing = false;
  const connections = new Map<Socket, Connection>();
  let looks = 0;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    // Numbers instead of listeners: this happens tens of thousands of times a second.
    const connection = connections.get(socket);
    if (connection !== undefined) {
      const isAhead = connection.answer !== null && !connection.answer.writableFinished;
      connection.ahead = isAhead ? connection.ahead + 1 : 0;
      connection.usedAtLook = looks;
      if (connection.ahead > limits.requestsAhead) {
        onDropped("requests_ahead");
        stopParsing(socket);
        socket.destroy();
        return;
      }
    }
    if (closing) {
      // A header set here would make Node keep only one of several of the same name, such as Vary.
      response.shouldKeepAlive = false;
      response.once("close", () => socket.destroySoon());
    }
    handler(request, response);
    // Nearly always the network has taken it all by now. A reference that stays would make the collector copy the answer, and
    // all that hangs on it, of every connection again and again.
    const isSent = response.writableFinished;
    if (connection !== undefined) {
      connection.answer = isSent ? null : response;
    }
    // What the network has not taken at once may never be read: Node destroys a socket on which nothing happens for so long.
    if (!isSent) {
      socket.setTimeout(limits.stalledMs);
      // Until the last answer is through: one that goes through before it says nothing of those behind it.
      response.once("finish", () => {
        if (connection !== undefined && connection.answer !== response) {
          return;
        }
        socket.setTimeout(0);
        if (connection !== undefined) {
          connection.answer = null;
        }
      });
    }
  };
  const server = createServer({ connectionsCheckingInterval: limits.checkEveryMs }, answer);
  // Who asks whether to send a body is told what comes of it, instead of being told to go on.
  server.on("checkContinue", answer);
  // Other expectations mean nothing to us, which RFC 9110, 10.1.1 allows; Node would refuse them past the limit and the counts.
  server.on("checkExpectation", answer);
  server.headersTimeout = limits.headersMs;
  server.requestTimeout = limits.requestMs;
  // Node's own would set a timer of every connection twice per request, and add a header to each answer.
  server.keepAliveTimeout = 0;
  server.maxConnections = limits.connections;
  server.on("drop", () => onDropped("connections"));
  server.on("connection", (socket) => {
    connections.set(socket, { answer: null, ahead: 0, usedAtLook: looks });
    socket.once("close", () => connections.delete(socket));
  });
  // A WebSocket may be silent for as long as it likes here: whoever takes it over sees to it.
  server.on("upgrade", (_request, socket) => {
    connections.delete(socket as Socket);
    if (server.listenerCount("upgrade") === 1) {
      socket.destroy();
    }
  });
  const mostLooks = Math.ceil(limits.keepAliveMs / limits.checkEveryMs);
  const looking = setInterval(() => {
    looks += 1;
    for (const [socket, { answer: last, usedAtLook }] of connections) {
      const isIdle = last === null || last.closed;
      if (isIdle && looks - usedAtLook > mostLooks) {
        socket.destroy();
      }
    }
  }, limits.checkEveryMs).unref();
  server.once("close", () => clearInterval(looking));

  const url = await listenOn(server, host, port);

  return {
    url,
    server,
    close: async (graceMs) => {
      closing = true;
      for (const [socket, { answer: last }] of connections) {
        if (last !== null && !last.closed) {
          last.once("close", () => socket.destroySoon());
        }
      }
      const deadline = new AbortController();
      // The close of the HTTP server would cut idle connections at once.
      const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
      const lingerMs = Math.min(LINGER_MS, graceMs / 2);
      const cutOff = async (): Promise<void> => {
        if (!(await sleepUnlessAborted(clock, lingerMs, deadline.signal))) {
          return;
        }
        // Also those that were opened ahead and never asked anything, which Node does not count as idle.
        for (const [socket, { answer: last }] of connections) {
          if (last === null || last.closed) {
            socket.destroy();
          }
        }
        if (await sleepUnlessAborted(clock, graceMs - lingerMs, deadline.signal)) {
          server.closeAllConnections();
        }
      };
      const late = cutOff();
      await closed;
      deadline.abort();
      await late;
    },
  };
}

/**
 * A socket that is destroyed is done with what it has read all the same: a thousand requests in one packet, of each of many
 * connections, before anything of them can be freed. Told that an upgrade follows (2), Node's parser leaves the rest alone.
 * There is no public way to say that; where this one is gone, a test notices.
 */
function stopParsing(socket: Socket): void {
  const { parser } = socket as Socket & { readonly parser?: { onIncoming: () => number } | null };
  if (parser !== undefined && parser !== null) {
    parser.onIncoming = () => 2;
  }
}
