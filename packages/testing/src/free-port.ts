import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below those that Linux gives away by itself, to listeners and to each connection that goes out: a port that was found here is
 * still free when its program starts, and stays its own while that program is killed and started again.
 */
const FIRST_PORT = 10_000;
const PAIR_COUNT = 11_000;
const MAX_PAIRS = 20;

const given = new Set<number>();

/**
 * A port of 127.0.0.1 on which nothing listens, and that nobody gets by chance. Nothing listens on the next one either: of a worker
 * and a server with the same ADMIN_PORT, the worker takes that.
 *
 * @throws Error of the last port that was tried, when many were in use
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = FIRST_PORT + 2 * Math.floor(Math.random() * PAIR_COUNT);
    try {
      if (!given.has(port)) {
        given.add(port);
        await Promise.all([listenOnce(port), listenOnce(port + 1)]);
        return port;
      }
    } catch (error) {
      if (attempt >= MAX_PAIRS) {
        throw error;
      }
    }
  }
}

async function listenOnce(port: number): Promise<void> {
  const probe = createServer();
  await once(probe.listen(port, "127.0.0.1"), "listening");
  await new Promise((resolve) => probe.close(resolve));
}
