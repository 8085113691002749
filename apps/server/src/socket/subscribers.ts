import { type Clock, type Logger, withTimeout } from "@pulseboard/runtime";
import type { RawData, WebSocket } from "ws";

/** The most that may wait for a subscriber that does not read: some hundred messages. One that is so far behind had better poll. */
const MAX_BUFFERED_BYTES = 64 * 1024;
/** Messages and ping frames from one subscriber between two heartbeats; a phone needs one or two. */
const MAX_MESSAGES = 60;

const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

const HEARTBEAT = JSON.stringify({ type: "heartbeat" });
const PONG = JSON.stringify({ type: "pong" });

/** The open WebSockets. */
export interface Subscribers {
  /** Adds an open WebSocket, which is removed when it closes. `greeting` is sent to it at once. */
  add(socket: WebSocket, addressKey: string, greeting: string | null): void;
  /** The address keys of all open WebSockets. */
  addressKeys(): readonly string[];
  sendToAll(text: string): void;
  /** Drops subscribers that have been silent since the last heartbeat, and sends one to the others. */
  sendHeartbeat(): void;
  /** Tells all that the server goes away, and cuts off those that have not closed after `drainMs`. */
  closeGracefully(drainMs: number): Promise<void>;
}

interface Subscriber {
  readonly addressKey: string;
  /** True if it has sent anything since the last heartbeat. */
  isAlive: boolean;
  /** Messages and ping frames since the last heartbeat. */
  messages: number;
}

/** Keeps the open WebSockets, and drops those that read too slowly or send too much. */
export function createSubscribers({ clock, log }: { readonly clock: Clock; readonly log: Logger }): Subscribers {
  const subscribers = new Map<WebSocket, Subscriber>();

  const send = (socket: WebSocket, text: string): void => {
    if (socket.readyState !== socket.OPEN) {
      return;
    }
    // Without a closing handshake, which would wait behind the unread messages.
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      socket.terminate();
    } else {
      socket.send(text);
    }
  };

  /** Counts a message or ping frame, and closes the connection if it is one too many. */
  const isTooMany = (socket: WebSocket, subscriber: Subscriber): boolean => {
    subscriber.isAlive = true;
    subscriber.messages += 1;
    // A subscriber that continues after its close frame is cut off.
    if (subscriber.messages > 2 * MAX_MESSAGES) {
      socket.terminate();
    } else if (subscriber.messages > MAX_MESSAGES) {
      socket.close(POLICY_VIOLATION, "too many messages");
    }
    return subscriber.messages > MAX_MESSAGES;
  };

  return {
    add: (socket, addressKey, greeting) => {
      const subscriber: Subscriber = { addressKey, isAlive: true, messages: 0 };
      subscribers.set(socket, subscriber);
      socket.on("close", () => subscribers.delete(socket));
      // After a message that is too long or breaks the protocol, ws itself closes the connection with the right code.
      socket.on("error", (err) => log.debug({ err }, "WebSocket closed because of an error"));
      socket.on("pong", () => {
        subscriber.isAlive = true;
      });
      socket.on("ping", (data) => {
        if (!isTooMany(socket, subscriber)) {
          socket.pong(data);
        }
      });
      socket.on("message", (data) => {
        if (!isTooMany(socket, subscriber) && isPing(data)) {
          send(socket, PONG);
        }
      });
      if (greeting !== null) {
        send(socket, greeting);
      }
    },
    addressKeys: () => [...subscribers.values()].map(({ addressKey }) => addressKey),
    sendToAll: (text) => {
      for (const socket of subscribers.keys()) {
        send(socket, text);
      }
    },
    sendHeartbeat: () => {
      for (const [socket, subscriber] of subscribers) {
        if (!subscriber.isAlive) {
          socket.terminate();
          continue;
        }
        subscriber.isAlive = false;
        subscriber.messages = 0;
        send(socket, HEARTBEAT);
        // Every browser answers a ping frame by itself, even if its page does not answer heartbeats.
        if (socket.readyState === socket.OPEN) {
          socket.ping();
        }
      }
    },
    closeGracefully: async (drainMs) => {
      const sockets = [...subscribers.keys()];
      const allClosed = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve))));
      for (const socket of sockets) {
        socket.close(GOING_AWAY, "the server is going away");
      }
      if (drainMs > 0) {
        await withTimeout(() => allClosed, { clock, ms: drainMs, onTimeout: () => {} });
      }
      for (const socket of sockets) {
        socket.terminate();
      }
      await allClosed;
    },
  };
}

/** Tells whether a message is a ping. Other messages are ignored; they are no reason to drop the phone. */
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
