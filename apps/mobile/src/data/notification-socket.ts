import type { PageClock } from "./page-clock.ts";
import { socketRetryDelayMs } from "./polling-intervals.ts";
import { openSocketConnection, type SnapshotNotification, type SocketLike } from "./socket-connection.ts";

/** A line that lived this long was not refused. */
const LIVED_MS = 60_000;

export interface NotificationSocketOptions {
  readonly openSocket: () => SocketLike;
  readonly clock: PageClock;
  readonly onOpen: () => void;
  readonly onNotification: (notice: SnapshotNotification) => void;
  /** Lost, or refused. Not called after `close`. */
  readonly onLost: () => void;
}

/** The line on which the server tells of new snapshots, and when to try for another one. */
export interface NotificationSocket {
  /** Opens it, unless there is one, or it is too early after one that was lost. */
  readonly open: () => void;
  readonly close: () => void;
  /** The next `open` is not too early, whatever was before. */
  readonly resetBackoff: () => void;
  /** Whether it is open. */
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
