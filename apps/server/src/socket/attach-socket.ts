import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type Clock, type Logger, sleepUnlessAborted } from "@pulseboard/runtime";
import type { RawData, WebSocket } from "ws";
import { loadLater } from "../load-later.ts";
import { answerWithoutUpgrade } from "./answer-without-upgrade.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import { badHandshake, HEARTBEAT_MS, MAX_CONNECTIONS, refusalOf, type UpgradeRefusal } from "./upgrade-refusal.ts";

/** A phone's message is `{"type":"ping"}`. */
const MAX_MESSAGE_BYTES = 1024;
/** What waits for a receiver that does not read: some hundred messages. Whoever is so far behind is better off polling. */
const MAX_BUFFERED_BYTES = 64 * 1024;
/** Messages and ping frames of one phone between two heartbeats; it needs one or two. */
const MAX_MESSAGES = 60;

const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

const HEARTBEAT = JSON.stringify({ type: "heartbeat" });
const PONG = JSON.stringify({ type: "pong" });

/** What tells a phone that there is something to fetch. */
export interface SnapshotNotice {
  readonly sequence: number;
  /** When the worker finished it, Unix seconds. */
  readonly timestamp: number;
  /** Of the body of mobile-data. */
  readonly etag: string;
}

export interface SocketOptions {
  /** Its requests stay its own; only upgrades are taken. */
  readonly server: Server;
  /** The snapshot that is served now; null while there is none. */
  readonly current: () => SnapshotNotice | null;
  /** What a client is counted under. */
  readonly addressKey: (request: IncomingMessage) => string;
  /** Counts the request under its address: 0 when it is admitted, else after how many seconds to ask again. */
  readonly refusedForS: (addressKey: string) => number;
  /** What every answer to this request carries, refusals too. Name, value, name, value ... */
  readonly headersOf: (request: IncomingMessage) => readonly string[];
  /** Told why of each one that asked for a WebSocket and got none: "rate_limited". */
  readonly onRefused: (reason: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
  /** For tests: 1000 by default. */
  readonly maxConnections?: number;
}

export interface AttachedSocket {
  /** Gets ready for the first that listens, who would have to wait for it otherwise. */
  load(): Promise<unknown>;
  /** Tells all who listen of a new snapshot. */
  announce(notice: SnapshotNotice): void;
  /** How many listen. */
  connections(): number;
  /** Takes no more upgrades, says goodbye to all, and cuts off who has not answered within `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** What is known of one listener since the last heartbeat. */
interface Listener {
  readonly addressKey: string;
  /** Whether it has shown a sign of life. */
  isAlive: boolean;
  /** Ping frames included. */
  messages: number;
}

/**
 * Serves `/ws` on an HTTP server: each listener is told of the snapshot on connecting and of every new one, hears a
 * heartbeat every 30 s, and gets a pong for a ping. Who shows no sign of life from one heartbeat to the next, reads too
 * slowly or writes too much is dropped. A WebSocket on another path is refused with 404, one beyond the limits with 429 or 503, one that is no handshake
 * with 400.
 */
export function attachSocket(options: SocketOptions): AttachedSocket {
  const { server, current, addressKey, refusedForS, headersOf, onRefused, clock, log } = options;
  const { maxConnections = MAX_CONNECTIONS } = options;
  const library = loadLater(async () => {
    const { WebSocketServer } = await import("ws");
    const sockets = new WebSocketServer({
      noServer: true,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      // By itself it answers every ping frame, of which 60,000 fit into some packets, whatever became of the connection.
      autoPong: false,
    });
    // Without a listener it would answer by itself, as text/html and past the counts.
    return sockets.on("wsClientError", (problem, stream, request) => refuse(request, stream, badHandshake(problem)));
  });
  const listeners = new Map<WebSocket, Listener>();
  const closing = new AbortController();

  const refuse = (request: IncomingMessage, stream: Duplex, refusal: UpgradeRefusal): void => {
    onRefused(refusal.error);
    refuseUpgrade(stream, refusal, headersOf(request));
  };

  const send = (socket: WebSocket, text: string): void => {
    if (socket.readyState !== socket.OPEN) {
      return;
    }
    // Said by closing the connection only: a goodbye would wait in the same line.
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      socket.terminate();
    } else {
      socket.send(text);
    }
  };

  /** Counts a message or a ping frame; whether it is one too many. */
  const isTooMany = (socket: WebSocket, listener: Listener): boolean => {
    listener.isAlive = true;
    listener.messages += 1;
    // Who goes on after the goodbye is not listened to any more.
    if (listener.messages > 2 * MAX_MESSAGES) {
      socket.terminate();
    } else if (listener.messages > MAX_MESSAGES) {
      socket.close(POLICY_VIOLATION, "too many messages");
    }
    return listener.messages > MAX_MESSAGES;
  };

  const accept = (socket: WebSocket, address: string): void => {
    const listener: Listener = { addressKey: address, isAlive: true, messages: 0 };
    listeners.set(socket, listener);
    socket.on("close", () => listeners.delete(socket));
    // A message that is too long or not of the protocol: ws closes the connection with the right code itself.
    socket.on("error", (err) => log.debug({ err }, "WebSocket closed for an error"));
    socket.on("pong", () => {
      listener.isAlive = true;
    });
    socket.on("ping", (data) => {
      if (!isTooMany(socket, listener)) {
        socket.pong(data);
      }
    });
    socket.on("message", (data) => {
      if (!isTooMany(socket, listener) && isPing(data)) {
        send(socket, PONG);
      }
    });
    const notice = current();
    if (notice !== null) {
      send(socket, noticeText(notice));
    }
  };

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const sockets = library.loaded();
    if (sockets === null) {
      void onceLoaded(request, stream, head);
      return;
    }
    // A handshake is a GET: with any other method the address answers as it does to all of them.
    if (request.headers.upgrade?.toLowerCase() !== "websocket" || request.method !== "GET") {
      answerWithoutUpgrade(server, request, stream);
      return;
    }
    const address = addressKey(request);
    const open = [...listeners.values()].map((listener) => listener.addressKey);
    const refusal = refusalOf({ path: pathOf(request), address, open, maxConnections, refusedForS });
    if (refusal === null) {
      sockets.handleUpgrade(request, stream, head, (socket) => accept(socket, address));
    } else {
      refuse(request, stream, refusal);
    }
  };
  const onceLoaded = async (request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> => {
    // Who goes away meanwhile is no defect.
    // It stays: a stream that is destroyed may say why some time later, when nobody else listens.
    stream.on("error", (err) => log.debug({ err }, "Gone while or after the WebSocket library was loaded"));
    try {
      await library.load();
      if (closing.signal.aborted) {
        stream.destroy();
      } else if (!stream.destroyed) {
        onUpgrade(request, stream, head);
      }
    } catch (err) {
      log.error({ err }, "No WebSockets");
      stream.destroy();
    }
  };
  server.on("upgrade", onUpgrade);

  const beat = (): void => {
    for (const [socket, listener] of listeners) {
      if (!listener.isAlive) {
        socket.terminate();
        continue;
      }
      listener.isAlive = false;
      listener.messages = 0;
      send(socket, HEARTBEAT);
      // Every browser answers this by itself, also where its page does not.
      if (socket.readyState === socket.OPEN) {
        socket.ping();
      }
    }
  };
  const beatUntilClosed = async (): Promise<void> => {
    while (await sleepUnlessAborted(clock, HEARTBEAT_MS, closing.signal)) {
      beat();
    }
  };
  const beating = beatUntilClosed();

  return {
    load: library.load,
    announce: (notice) => {
      const text = noticeText(notice);
      for (const socket of listeners.keys()) {
        send(socket, text);
      }
    },
    connections: () => listeners.size,
    close: async (graceMs) => {
      server.off("upgrade", onUpgrade);
      closing.abort();
      await beating;
      await sayGoodbye([...listeners.keys()], graceMs, clock);
    },
  };
}

async function sayGoodbye(sockets: readonly WebSocket[], graceMs: number, clock: Clock): Promise<void> {
  const allGone = new AbortController();
  const gone = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve))));
  for (const socket of sockets) {
    socket.close(GOING_AWAY, "the server is going away");
  }
  const cutOff = async (): Promise<void> => {
    if (!(await sleepUnlessAborted(clock, graceMs, allGone.signal))) {
      return;
    }
    for (const socket of sockets) {
      socket.terminate();
    }
  };
  const late = cutOff();
  await gone;
  allGone.abort();
  await late;
}

function noticeText({ sequence, timestamp, etag }: SnapshotNotice): string {
  return JSON.stringify({ type: "snapshot", sequence, timestamp, etag });
}

/** Whatever else a phone says is not for us, and no reason to drop it. */
function isPing(data: RawData): boolean {
  try {
    const message: unknown = JSON.parse(String(data));
    return typeof message === "object" && message !== null && "type" in message && message.type === "ping";
  } catch (error) {
    if (error instanceof SyntaxError) {
      return false;
    }
    throw error;
  }
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1).join();
}
