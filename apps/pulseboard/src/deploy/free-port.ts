import { createServer } from "node:net";

/** Below those that Linux gives to connections that go out, one of which could take a port before its server starts. */
const FIRST_PORT = 10_000;
const PORT_COUNT = 22_000;
const MOST_TRIED = 50;

/**
 * A port of 127.0.0.1 on which nothing listens, and that nobody gets by chance.
 *
 * @throws Error of the last one that was tried, when many were in use
 */
export async function findFreePort(): Promise<number> {
  for (let tried = 1; ; tried += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORT_COUNT);
    try {
      await listenOnce(port);
      return port;
    } catch (error) {
      if (tried === MOST_TRIED) {
        throw error;
      }
    }
  }
}

async function listenOnce(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(port, "127.0.0.1", resolve);
  });
  await new Promise((resolve) => probe.close(resolve));
}
