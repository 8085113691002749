import type { PageClock } from "./page-clock.ts";

/** The snapshot that the server announces over `/ws`. */
export interface SnapshotNotification {
  readonly sequence: number;
  /** Unix seconds. */
  readonly timestamp: number;
}

/** The members of a browser's `WebSocket` that are used. */
export type SocketLike = Pick<WebSocket, "addEventListener" | "close">;

export interface SocketConnectionOptions {
  readonly open: () => SocketLike;
  readonly clock: PageClock;
  readonly onOpen: () => void;
  readonly onNotification: (notification: SnapshotNotification) => void;
  /** The connection was lost, or could not be opened. Not called after the returned function. */
  readonly onLost: () => void;
}

/** The server sends a heartbeat every 30 s: two missed, and some time for a slow network. */
export const SILENCE_LIMIT_MS = 70_000;

/**
 * Opens one WebSocket to the server and watches it. A phone's connection often dies without a close event, so a socket
 * that has been silent for 70 s counts as lost.
 *
 * @returns a function that closes it.
 */
export function openSocketConnection({
  open,
  clock,
  onOpen,
  onNotification,
  onLost,
}: SocketConnectionOptions): () => void {
  let isEnded = false;
  let cancelLimit = () => {};
  const socket = openOrNull(open);
  if (socket === null) {
    // Later, as every other loss: whoever asked for the connection does not have it yet.
    return clock.after(0, onLost);
  }
  const end = (): void => {
    isEnded = true;
    cancelLimit();
    socket.close();
  };
  const lose = (): void => {
    if (isEnded) {
      return;
    }
    end();
    onLost();
  };
  const restartSilenceTimer = (): void => {
    cancelLimit();
    cancelLimit = clock.after(SILENCE_LIMIT_MS, lose);
  };

  restartSilenceTimer();
  socket.addEventListener("open", () => {
    if (isEnded) {
      return;
    }
    restartSilenceTimer();
    onOpen();
  });
  socket.addEventListener("message", ({ data }) => {
    if (isEnded) {
      return;
    }
    restartSilenceTimer();
    const notification = readNotification(data);
    if (notification !== null) {
      onNotification(notification);
    }
  });
  socket.addEventListener("close", lose);
  return end;
}

/** The constructor itself throws in some embedded browsers, and where a policy forbids sockets. */
function openOrNull(open: () => SocketLike): SocketLike | null {
  try {
    return open();
  } catch {
    return null;
  }
}

/** null for a heartbeat and for any message this page does not know. */
function readNotification(data: unknown): SnapshotNotification | null {
  try {
    const message: unknown = JSON.parse(String(data));
    if (typeof message !== "object" || message === null) {
      return null;
    }
    const { type, sequence, timestamp } = message as Readonly<Record<string, unknown>>;
    return type === "snapshot" && typeof sequence === "number" && typeof timestamp === "number"
      ? { sequence, timestamp }
      : null;
  } catch {
    return null;
  }
}
