import type { Socket } from "node:net";

/**
 * Destroys a connection without parsing the requests that Node has already read from it.
 *
 * Why: Node parses a packet to its end even when its connection is destroyed. A thousand requests fit into one packet and take some
 * KB each until they are freed.
 * How: told that an upgrade follows (2), Node's HTTP parser leaves the rest of the packet alone. There is no public way to say that.
 * Gain: without it, 300 connections with a thousand requests each ended the server for lack of memory within a second.
 * To remove: call `socket.destroy()` in its place. The test beside this file fails when Node no longer needs it, or no longer
 * has the property.
 */
export function destroyUnparsed(socket: Socket): void {
  const { parser } = socket as Socket & { readonly parser?: { onIncoming: () => number } | null };
  if (parser !== undefined && parser !== null) {
    parser.onIncoming = () => 2;
  }
  socket.destroy();
}
