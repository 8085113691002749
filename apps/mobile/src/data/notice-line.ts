import { nextSocketTryMs } from "./pace.ts";
import type { PageClock } from "./page-clock.ts";
import { openSnapshotSocket, type SnapshotNotice, type SocketLike } from "./snapshot-socket.ts";

/** A line that lived this long was not refused. */
const LIVED_MS = 60_000;

export interface NoticeLineOptions {
  readonly openSocket: () => SocketLike;
  readonly clock: PageClock;
  readonly onOpen: () => void;
  readonly onNotice: (notice: SnapshotNotice) => void;
  /** Lost, or refused. Not called after `drop`. */
  readonly onLost: () => void;
}

/** The line on which the server tells of new snapshots, and when to try for another one. */
export interface NoticeLine {
  /** Opens it, unless there is one, or it is too early after one that was lost. */
  readonly open: () => void;
  readonly drop: () => void;
  /** The next `open` is not too early, whatever was before. */
  readonly forgive: () => void;
  /** Whether it is open. */
  readonly isListening: () => boolean;
}

export function createNoticeLine({ openSocket, clock, onOpen, onNotice, onLost }: NoticeLineOptions): NoticeLine {
  let close: (() => void) | null = null;
  let isListening = false;
  let failures = 0;
  let tryAtMs = Number.NEGATIVE_INFINITY;

  const open = (): void => {
    if (close !== null || clock.elapsedMs() < tryAtMs) {
      return;
    }
    const openedAtMs = clock.elapsedMs();
    close = openSnapshotSocket({
      open: openSocket,
      clock,
      onNotice,
      onOpen: () => {
        isListening = true;
        onOpen();
      },
      onLost: () => {
        close = null;
        isListening = false;
        failures = clock.elapsedMs() - openedAtMs < LIVED_MS ? failures + 1 : 1;
        tryAtMs = clock.elapsedMs() + nextSocketTryMs(failures);
        onLost();
      },
    });
  };
  const forgive = (): void => {
    tryAtMs = Number.NEGATIVE_INFINITY;
  };
  return {
    open,
    forgive,
    drop: () => {
      close?.();
      close = null;
      isListening = false;
      forgive();
    },
    isListening: () => isListening,
  };
}
