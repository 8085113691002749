import type { Socket } from "node:net";
import type { Clock } from "@pulseboard/runtime";
import type { TrafficShape } from "../contracts.mts";

/** When so much waits to be passed on, the sender is made to wait as well. */
const MOST_HELD_BYTES = 256 * 1024;
/** A limited bandwidth passes on what it allows in this time, then pauses. */
const BANDWIDTH_STEP_MS = 20;
/** Between the last bytes and a cut: Node takes a reset that comes together with bytes for an orderly end. */
const BEFORE_CUT_MS = 5;

export interface FlowOptions {
  readonly from: Socket;
  readonly to: Socket;
  readonly clock: Clock;
  readonly shape: () => TrafficShape;
  /** How many more bytes may pass before the connection is cut. */
  readonly allowance: () => number;
  readonly onArrived: (bytes: number) => void;
  readonly onPassed: (bytes: number) => void;
  /** Called when the allowance has passed and has arrived. */
  readonly onUsedUp: () => void;
}

/** One direction of a connection. */
export interface Flow {
  /** Bytes that wait to be passed on. */
  heldBytes(): number;
  /** Looks at the shape anew. */
  reshape(): void;
  /** Passes nothing on any more; what arrives is thrown away. */
  stop(): void;
}

interface Piece {
  readonly bytes: Buffer;
  readonly arrivedMs: number;
}

/** Ends a socket at once, with RST where the system can do so. */
export function resetSocket(socket: Socket): void {
  // While it connects or says goodbye, Node would wait or leave the socket open.
  if (socket.connecting || (socket.writableEnded && !socket.writableFinished)) {
    socket.destroy();
  } else {
    socket.resetAndDestroy();
  }
}

/** Passes on what arrives at `from`, its end (FIN) and its failure (RST) included, in the shape of the moment. */
export function createFlow(options: FlowOptions): Flow {
  const { from, to, clock, shape, allowance, onArrived, onPassed, onUsedUp } = options;
  const waiting: Piece[] = [];
  let heldBytes = 0;
  let hasEnded = false;
  let hasFailed = false;
  let isStopped = false;
  let freeAtMs = 0;
  let cutAtMs: number | null = null;
  let alarm: AbortController | null = null;
  let sending = false;

  const wakeAt = (ms: number): void => {
    alarm = new AbortController();
    clock.sleep(ms, alarm.signal).then(pump, () => undefined);
  };

  /** True if one more piece may follow at once. */
  const passOne = (): boolean => {
    const { latencyMs = 0, bytesPerSecond, sliceBytes, silent = false } = shape();
    if (isStopped || silent || sending) {
      return false;
    }
    if (hasFailed) {
      stop();
      resetSocket(to);
      return false;
    }
    if (cutAtMs !== null) {
      const beforeCutMs = cutAtMs - clock.monotonicMs();
      if (beforeCutMs > 0) {
        wakeAt(beforeCutMs);
      } else {
        onUsedUp();
      }
      return false;
    }
    const piece = waiting[0];
    if (piece === undefined) {
      if (hasEnded) {
        stop();
        to.end();
      }
      return false;
    }
    const waitMs = Math.max(piece.arrivedMs + latencyMs, freeAtMs) - clock.monotonicMs();
    if (waitMs > 0) {
      wakeAt(waitMs);
      return false;
    }
    if (to.writableNeedDrain) {
      return false;
    }
    const step = bytesPerSecond === undefined ? Number.POSITIVE_INFINITY : (bytesPerSecond * BANDWIDTH_STEP_MS) / 1000;
    const most = Math.min(sliceBytes ?? Number.POSITIVE_INFINITY, Math.max(1, Math.floor(step)), allowance());
    pass(piece, most);
    if (bytesPerSecond !== undefined) {
      freeAtMs = Math.max(freeAtMs, clock.monotonicMs()) + (Math.min(most, piece.bytes.length) * 1000) / bytesPerSecond;
    }
    return !sending;
  };

  const pass = (piece: Piece, most: number): void => {
    const part = piece.bytes.subarray(0, most);
    waiting.shift();
    if (part.length < piece.bytes.length) {
      waiting.unshift({ bytes: piece.bytes.subarray(part.length), arrivedMs: piece.arrivedMs });
    }
    heldBytes -= part.length;
    if (heldBytes < MOST_HELD_BYTES && from.isPaused()) {
      from.resume();
    }
    onPassed(part.length);
    const isLast = allowance() <= 0;
    if (isLast || shape().sliceBytes !== undefined) {
      // A packet of its own: one in each turn of the event loop, and the next not before this one was sent.
      sending = true;
      setImmediate(() =>
        to.write(part, () => {
          sending = false;
          cutAtMs = allowance() <= 0 ? clock.monotonicMs() + BEFORE_CUT_MS : null;
          pump();
        }),
      );
    } else {
      to.write(part);
    }
  };

  const pump = (): void => {
    alarm?.abort();
    alarm = null;
    while (passOne()) {
      // Until something has to be waited for.
    }
  };

  const stop = (): void => {
    isStopped = true;
    alarm?.abort();
    waiting.length = 0;
    heldBytes = 0;
    from.resume();
  };

  from.setNoDelay(true);
  from.on("data", (bytes: Buffer) => {
    onArrived(bytes.length);
    if (isStopped) {
      return;
    }
    waiting.push({ bytes, arrivedMs: clock.monotonicMs() });
    heldBytes += bytes.length;
    if (heldBytes >= MOST_HELD_BYTES) {
      from.pause();
    }
    pump();
  });
  from.on("end", () => {
    hasEnded = true;
    pump();
  });
  // "close" follows, and says the same.
  from.on("error", () => undefined);
  from.on("close", () => {
    hasFailed = !from.readableEnded;
    pump();
  });
  to.on("drain", pump);
  to.on("close", () => stop());

  return {
    heldBytes: () => heldBytes,
    reshape: () => {
      freeAtMs = 0;
      cutAtMs = null;
      pump();
    },
    stop,
  };
}
