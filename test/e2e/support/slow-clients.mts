import { connect, type Socket } from "node:net";

export interface SlowClientEnd {
  /** From the connection to its end, s. */
  readonly afterS: number;
  /** The bytes it had received by then. */
  readonly received: string;
}

/**
 * Connects, sends `first`, then `drip` every `dripEveryMs` until the server ends the connection, and tells when that was. It
 * begins to read after `readsAfterS`, and notices the end only then.
 */
export function slowClient(
  url: string,
  {
    first,
    drip = "",
    dripEveryMs = 1000,
    readsAfterS = 0,
  }: {
    readonly first: string;
    readonly drip?: string;
    readonly dripEveryMs?: number;
    readonly readsAfterS?: number;
  },
): Promise<SlowClientEnd> {
  const { hostname, port } = new URL(url);
  const startedMs = performance.now();
  let received = "";
  const socket: Socket = connect(Number(port), hostname, () => socket.write(first));
  const dripping = setInterval(() => {
    if (drip !== "" && socket.writable && !socket.connecting) {
      socket.write(drip);
    }
  }, dripEveryMs);
  const reading = setTimeout(() => {
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
    });
  }, readsAfterS * 1000);
  // A client that still writes when the other side has hung up gets an error; that is the point.
  socket.on("error", () => {});
  return new Promise((resolve) => {
    socket.once("close", () => {
      clearInterval(dripping);
      clearTimeout(reading);
      resolve({ afterS: (performance.now() - startedMs) / 1000, received });
    });
  });
}
