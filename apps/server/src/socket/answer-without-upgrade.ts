import { type IncomingMessage, type Server, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";

/**
 * Answers a request that asks for a protocol we do not speak (some HTTP clients offer h2c with every request) as if it
 * had not asked: RFC 9110, 7.8. With a listener for upgrades Node leaves such requests to it.
 */
export function answerWithoutUpgrade(server: Server, request: IncomingMessage, stream: Duplex): void {
  if (!(stream instanceof Socket)) {
    throw new TypeError("an HTTP server's connection is a socket");
  }
  // What comes after the request was not read as HTTP: one answer, and the connection ends.
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(stream);
  response.once("finish", () => {
    response.detachSocket(stream);
    stream.destroySoon();
  });
  stream.once("error", () => stream.destroy());
  // Whoever listens sets the time; Node, which would act on it, has handed the connection over.
  stream.once("timeout", () => stream.destroy());
  server.emit("request", request, response);
}
