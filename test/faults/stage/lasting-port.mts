import { once } from "node:events";
import { createServer } from "node:net";

/** Below those that Linux gives away by itself: while a process is killed, its port must stay its own. */
const FIRST_PORT = 10_000;
const PORT_COUNT = 22_000;
const MAX_PORTS = 20;

/** A port of 127.0.0.1 on which nothing listens, and that nobody gets by chance. */
export async function findLastingPort(): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORT_COUNT);
    const probe = createServer();
    try {
      await once(probe.listen(port, "127.0.0.1"), "listening");
      await new Promise((resolve) => probe.close(resolve));
      return port;
    } catch (error) {
      if (attempt === MAX_PORTS) {
        throw error;
      }
    }
  }
}
