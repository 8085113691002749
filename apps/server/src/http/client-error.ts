import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { setImmediate as afterInput } from "node:timers/promises";

/** Node's answers to what it cannot take for a request, by the code of its error; 400 for all others. */
const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** What a listener knows of a connection. */
export interface ConnectionState {
  /** How many requests have arrived so far. */
  readonly requests: number;
  /** True while a response is on its way, of which the client has the headers. */
  readonly isAnswering: boolean;
}

/**
 * Answers as Node does by itself, but a request that took too long to arrive only if it has still not arrived: after the process
 * was stopped, or its event loop was busy, Node looks at its clock before it reads what has long been in the socket.
 */
export async function answerClientError(
  error: Error,
  socket: Socket,
  stateOf: (socket: Socket) => ConnectionState,
): Promise<void> {
  const code = "code" in error ? String(error.code) : "";
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    const { requests } = stateOf(socket);
    await afterInput();
    if (stateOf(socket).requests > requests) {
      return;
    }
  }
  if (socket.writable && !stateOf(socket).isAnswering) {
    const status = STATUSES[code] ?? 400;
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
  }
  socket.destroy(error);
}
