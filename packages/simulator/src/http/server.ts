import { once } from "node:events";
import type { Server } from "node:http";
import { PulseboardError } from "@pulseboard/runtime";

/** The port cannot be listened on. */
export class PortError extends PulseboardError {
  constructor(message: string, hint: string, cause?: unknown) {
    super(message, { code: "port_unusable", retryable: true, hint, cause });
  }
}

/** Listens on 127.0.0.1 only and returns the port. @throws PortError */
export async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new PortError(
      `cannot listen on 127.0.0.1:${port}: ${cause instanceof Error ? cause.message : String(cause)}`,
      "choose another port, or 0 for any free one",
      cause,
    );
  }
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

/** Closes the server and all its connections, including those that wait for an answer. */
export async function closeAtOnce(server: Server): Promise<void> {
  if (!server.listening) {
    return;
  }
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
