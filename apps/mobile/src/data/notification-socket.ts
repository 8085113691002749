import type { PageClock } from "./page-clock.ts";
import { socketRetryDelayMs } from "./polling-intervals.ts";
import { openSocketConnection, type SnapshotNotification, type SocketLike } from "./socket-connection.ts";

/** A connection that lasted this long was not refused. */
const LIVED_MS = 60_000;

export interface NotificationSocketOptions {
  readonly openSocket: () => SocketLike;
  readonly clock: PageClock;
  readonly onOpen: () => void;
  readonly onNotification: (notification: SnapshotNotification) => void;
  /** The connection was lost or refused. Not called after `close`. */
  readonly onLost: () => void;
}

/** The WebSocket over which the server announces new snapshots, with backoff between attempts to connect. */
export interface NotificationSocket {
  /** Opens the socket, unless one is open or the backoff has not passed. */
  readonly open: () => void;
  readonly close: () => void;
  /** Lets the next `open` connect at once. */
  readonly resetBackoff: () => void;
  readonly isOpen: () => boolean;
}

export function createNotificationSocket({
  openSocket,
  clock,
  onOpen,
  onNotification,
  onLost,
}: NotificationSocketOptions): NotificationSocket {
  let close: (() => void) | null = null;
  let isOpen = false;
  let failures = 0;
  let tryAtMs = Number.NEGATIVE_INFINITY;

  const open = (): void => {
    if (close !== null || clock.elapsedMs() < tryAtMs) {
      return;
    }
    const openedAtMs = clock.elapsedMs();
    close = openSocketConnection({
      open: openSocket,
      clock,
      onNotification,
      onOpen: () => {
        isOpen = true;
        onOpen();
      },
      onLost: () => {
        close = null;
        isOpen = false;
        failures = clock.elapsedMs() - openedAtMs < LIVED_MS ? failures + 1 : 1;
        tryAtMs = clock.elapsedMs() + socketRetryDelayMs(failures);
        onLost();
      },
    });
  };
  const resetBackoff = (): void => {
    tryAtMs = Number.NEGATIVE_INFINITY;
  };
  return {
    open,
    resetBackoff,
    close: () => {
      close?.();
      close = null;
      isOpen = false;
      resetBackoff();
    },
    isOpen: () => isOpen,
  };
}
