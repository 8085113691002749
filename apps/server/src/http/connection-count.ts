import type { Socket } from "node:net";

/** Counts open connections by address, also those that became WebSockets; false for one that is more than `max` of its address. */
export function createConnectionCount(
  addressKey: (socket: Socket) => string | null,
  max: number,
): (socket: Socket) => boolean {
  const open = new Map<string, number>();
  return (socket) => {
    const key = addressKey(socket);
    if (key === null) {
      return true;
    }
    const count = open.get(key) ?? 0;
    if (count >= max) {
      return false;
    }
    open.set(key, count + 1);
    socket.once("close", () => {
      const left = (open.get(key) ?? 1) - 1;
      if (left === 0) {
        open.delete(key);
      } else {
        open.set(key, left);
      }
    });
    return true;
  };
}
