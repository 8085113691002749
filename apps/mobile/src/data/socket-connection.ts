import type { PageClock } from "./page-clock.ts";

/** What `/ws` says of the snapshot that the server has now. */
export interface SnapshotNotification {
  readonly sequence: number;
  /** Unix seconds. */
  readonly timestamp: number;
}

/** The part of a browser's `WebSocket` that is used. */
export type SocketLike = Pick<WebSocket, "addEventListener" | "close">;

export interface SocketConnectionOptions {
  readonly open: () => SocketLike;
  readonly clock: PageClock;
  readonly onOpen: () => void;
  readonly onNotification: (notification: SnapshotNotification) => void;
  /** It is gone, or never came to be. Not called after `close`. */
  readonly onLost: () => void;
}

/** The server beats every 30 s: two were missed, and some more for a slow network. */
export const SILENCE_LIMIT_MS = 70_000;

/**
 * Opens the server's line of notices and watches it. A phone's connection often ends without a word: a line that has been
 * silent for 70 s is lost as well.
 *
 * @returns what closes it.
 */
export function openSocketConnection({
  open,
  clock,
  onOpen,
  onNotification,
  onLost,
}: SocketConnectionOptions): () => void {
  let isOver = false;
  let cancelLimit = () => {};
  const socket = open();
  const end = (): void => {
    isOver = true;
    cancelLimit();
    socket.close();
  };
  const lose = (): void => {
    if (isOver) {
      return;
    }
    end();
    onLost();
  };
  const expectLife = (): void => {
    cancelLimit();
    cancelLimit = clock.after(SILENCE_LIMIT_MS, lose);
  };

  expectLife();
  socket.addEventListener("open", () => {
    if (isOver) {
      return;
    }
    expectLife();
    onOpen();
  });
  socket.addEventListener("message", ({ data }) => {
    if (isOver) {
      return;
    }
    expectLife();
    const notification = readNotification(data);
    if (notification !== null) {
      onNotification(notification);
    }
  });
  socket.addEventListener("close", lose);
  return end;
}

/** null for a heartbeat, and for anything that this page does not know. */
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
