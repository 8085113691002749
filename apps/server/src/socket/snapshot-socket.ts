import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type Clock, type Logger, sleepUnlessAborted } from "@pulseboard/runtime";
import { WebSocketServer } from "ws";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import { respondWithoutUpgrade } from "./respond-without-upgrade.ts";
import { createSubscribers } from "./subscribers.ts";
import { badHandshake, findRefusal, MAX_WEBSOCKETS, type UpgradeRefusal } from "./upgrade-refusal.ts";

/** A phone's message is `{"type":"ping"}`. */
const MAX_MESSAGE_BYTES = 1024;

export interface SocketDurations {
  /** The time between heartbeats; a subscriber that is silent from one to the next is dropped. */
  readonly heartbeatMs: number;
}

/** Tells phones that there is a new snapshot. */
export interface SnapshotNotice {
  readonly sequence: number;
  /** When the worker finished the snapshot, Unix seconds. */
  readonly timestamp: number;
  /** The tag of the body of mobile-data. */
  readonly etag: string;
}

export interface SnapshotSocketOptions {
  /** The key under which a client is counted. */
  readonly addressKey: (request: IncomingMessage) => string;
  /** Counts a request under its key; 0 when it is admitted, otherwise the seconds until the next one is. */
  readonly refusedForS: (addressKey: string) => number;
  /** The headers that every response to this request has. Name, value, name, value ... */
  readonly headersOf: (request: IncomingMessage) => readonly string[];
  /** Called with the error code of each upgrade that is refused: "rate_limited". */
  readonly onRefused: (code: UpgradeRefusal["error"]) => void;
  readonly maxConnections?: number;
  readonly durations: SocketDurations;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface SnapshotSocket {
  /** Begins to take the upgrades of an HTTP server; its other requests are left alone. */
  attach(server: Server): void;
  /** Tells all subscribers of a new snapshot, and those that come later until the next one. */
  announce(notice: SnapshotNotice): void;
  /** How many subscribers there are. */
  connections(): number;
  /** Takes no more upgrades, tells all subscribers to go, and cuts off those that have not closed after `drainMs`. */
  close(drainMs: number): Promise<void>;
}

/**
 * Creates the WebSocket at `/ws`: each subscriber gets the notice of the current snapshot on connecting, one of every new
 * snapshot, and a heartbeat
 * from time to time, and a pong for a ping. Subscribers that are silent, read too slowly or send too much are dropped. Upgrades on
 * other paths, beyond the limits, or without a valid handshake get an error response.
 */
export function createSnapshotSocket(options: SnapshotSocketOptions): SnapshotSocket {
  const { addressKey, refusedForS, headersOf, onRefused, durations, clock, log } = options;
  const { maxConnections = MAX_WEBSOCKETS } = options;
  const subscribers = createSubscribers({ clock, log });
  const retryAfterS = Math.ceil(durations.heartbeatMs / 1000);
  const closing = new AbortController();
  let latest: string | null = null;

  const refuse = (request: IncomingMessage, stream: Duplex, refusal: UpgradeRefusal): void => {
    onRefused(refusal.error);
    refuseUpgrade(stream, refusal, headersOf(request));
  };

  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    // Otherwise ws answers every ping frame, of which 60,000 fit into some packets, even after the connection was closed.
    autoPong: false,
  });
  // Without this listener ws would respond itself, as text/html and past our metrics.
  webSockets.on("wsClientError", (error, stream, request) => refuse(request, stream, badHandshake(error)));

  const onUpgrade = (server: Server, request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    if (closing.signal.aborted) {
      stream.destroy();
      return;
    }
    // A handshake is a GET; other methods get the response that the address gives to them.
    if (request.headers.upgrade?.toLowerCase() !== "websocket" || request.method !== "GET") {
      respondWithoutUpgrade(server, request, stream);
      return;
    }
    const key = addressKey(request);
    const open = subscribers.addressKeys();
    const refusal = findRefusal({ path: pathOf(request), key, open, maxConnections, refusedForS, retryAfterS });
    if (refusal === null) {
      webSockets.handleUpgrade(request, stream, head, (socket) => subscribers.add(socket, key, latest));
    } else {
      refuse(request, stream, refusal);
    }
  };

  const sendHeartbeats = async (): Promise<void> => {
    while (await sleepUnlessAborted(clock, durations.heartbeatMs, closing.signal)) {
      subscribers.sendHeartbeat();
    }
  };

  return {
    attach: (server) => {
      server.on("upgrade", (request, stream, head) => onUpgrade(server, request, stream, head));
      void sendHeartbeats();
    },
    announce: ({ sequence, timestamp, etag }) => {
      latest = JSON.stringify({ type: "snapshot", sequence, timestamp, etag });
      subscribers.sendToAll(latest);
    },
    connections: () => subscribers.addressKeys().length,
    close: async (drainMs) => {
      closing.abort();
      await subscribers.closeGracefully(drainMs);
    },
  };
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1).join();
}
