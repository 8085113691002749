import { isRecord } from "@pulseboard/runtime";
import { WebSocket } from "ws";

export interface FollowSnapshotsOptions {
  /** "ws://" or "wss://", with the path `/ws`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly handshakeTimeoutMs: number;
  /** Called with the sequence of each snapshot that is announced, the current one first. */
  readonly onSnapshot: (sequence: number) => void;
  /** Called once when the connection is refused or lost. */
  readonly onEnd: (reason: string) => void;
}

/**
 * Follows the announcements of a server as a phone does, until it is closed or the connection ends.
 *
 * @returns closes the connection; nothing is called after that
 */
export function followSnapshots(options: FollowSnapshotsOptions): () => void {
  const { url, headers, handshakeTimeoutMs: handshakeTimeout, onSnapshot, onEnd } = options;
  const socket = new WebSocket(url, { headers, handshakeTimeout, perMessageDeflate: false, maxPayload: 64 * 1024 });
  let isOver = false;
  const end = (reason: string): void => {
    if (!isOver) {
      isOver = true;
      onEnd(reason);
    }
  };
  socket.on("message", (data) => {
    const sequence = announcedSequence(data.toString());
    if (!isOver && sequence !== null) {
      onSnapshot(sequence);
    }
  });
  socket.on("error", (error) => end(error.message));
  socket.on("close", (code) => end(`closed with code ${code}`));
  return () => {
    isOver = true;
    socket.terminate();
  };
}

/** Heartbeats, and what a later version may send, announce nothing. */
function announcedSequence(text: string): number | null {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return null;
  }
  return isRecord(message) && message.type === "snapshot" && typeof message.sequence === "number"
    ? message.sequence
    : null;
}
