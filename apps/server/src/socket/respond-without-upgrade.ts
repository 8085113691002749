import { type IncomingMessage, type Server, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";

/**
 * Responds to a request for a protocol that we do not speak (some HTTP clients offer h2c with every request) as if it had not asked
 * for it: RFC 9110, 7.8. Node leaves such requests to the listener for upgrades.
 */
export function respondWithoutUpgrade(server: Server, request: IncomingMessage, stream: Duplex): void {
  if (!(stream instanceof Socket)) {
    throw new TypeError("an HTTP server's connection is a socket");
  }
  // Node did not parse as HTTP what follows the request, so the connection ends after one response.
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(stream);
  response.once("finish", () => {
    response.detachSocket(stream);
    stream.destroySoon();
  });
  stream.once("error", () => stream.destroy());
  // The listener for requests sets the timeout; Node, which would act on it, has handed the connection over.
  stream.once("timeout", () => stream.destroy());
  server.emit("request", request, response);
}
