import { Socket } from "node:net";
import type { Clock, Logger } from "@pulseboard/runtime";
import type { Client } from "memjs";
import { loadMemjs } from "./load-clients.ts";
import { memcachedError, memcachedTimeout } from "./memcached-error.ts";
import { type StoreError, storeClosed } from "./store-error.ts";
import { withDeadline } from "./with-deadline.ts";

export interface MemcachedClientOptions {
  /** "host:port" of each; a key belongs to one of them. At least one. */
  readonly servers: readonly string[];
  /** Told once when memcached goes away and once when it is back. */
  readonly log: Logger;
  readonly clock: Clock;
}

/** A client that is never stuck: each call ends within half a second, in a StoreError if need be. */
export interface MemcachedClient {
  readonly address: string;
  get(key: string): Promise<string | null>;
  set(key: string, text: string): Promise<void>;
  /** Sets it for so many seconds, unless it is there already: then it is false. */
  add(key: string, text: string, expiresS: number): Promise<boolean>;
  /** Also succeeds when there was nothing. */
  delete(key: string): Promise<void>;
  /** What an item may have at most, with its key and its overhead; of several servers, the least. */
  maxItemBytes(): Promise<number>;
  close(): void;
}

const DEADLINE_MS = 500;
const RECONNECT_MS = 250;

/** memjs's own timers do not fire reliably; ours always come first. In seconds. */
const NEVER_S = 60;

interface Connection {
  readonly client: Client;
  /** How to fail the calls that are under way. */
  readonly pending: Set<(error: StoreError) => void>;
  maxItemBytes: number | null;
}

/**
 * memjs 1.3 can leave a request pending for ever: when its timeout is pushed back by later requests, when the server
 * closes without an error, and, on that client for good, after a connection was cut within a response. Hence a deadline
 * of our own for each call, and after any failure a new client (not sooner than 250 ms later): the old one's sockets are
 * destroyed and its calls fail at once.
 */
export function createMemcachedClient({ servers, log, clock }: MemcachedClientOptions): MemcachedClient {
  const address = servers.join(",");
  let current: Connection | null = null;
  let closed = false;
  let lastFailure: { readonly error: StoreError; readonly atMs: number } | null = null;
  let away = false;

  const connection = (): Connection => {
    if (closed) {
      throw storeClosed("memcached");
    }
    if (current !== null) {
      return current;
    }
    if (lastFailure !== null && clock.monotonicMs() - lastFailure.atMs < RECONNECT_MS) {
      throw lastFailure.error;
    }
    current = { client: createClient(servers), pending: new Set(), maxItemBytes: null };
    return current;
  };

  const drop = (dropped: Connection, error: StoreError): void => {
    if (current !== dropped) {
      return;
    }
    current = null;
    lastFailure = { error, atMs: clock.monotonicMs() };
    destroySockets(dropped.client);
    for (const fail of dropped.pending) {
      fail(error);
    }
    if (away || closed) {
      return;
    }
    away = true;
    log.warn({ err: error }, "memcached: away, going on without it");
  };

  const call = async <T>(command: (connected: Connection) => Promise<T>): Promise<T> => {
    const used = connection();
    let fail: (error: StoreError) => void = () => undefined;
    const answer = new Promise<T>((resolve, reject) => {
      fail = reject;
      used.pending.add(reject);
      command(used).then(resolve, reject);
    });
    try {
      const result = await withDeadline(clock, DEADLINE_MS, answer, () => memcachedTimeout(address, DEADLINE_MS));
      if (away) {
        log.info({ memcached: address }, "memcached: back");
      }
      away = false;
      return result;
    } catch (thrown) {
      const error = memcachedError(thrown, address);
      drop(used, error);
      throw error;
    } finally {
      used.pending.delete(fail);
    }
  };

  return {
    address,
    get: (key) => call(async ({ client }) => (await client.get(key)).value?.toString("utf8") ?? null),
    set: (key, text) => call(async ({ client }) => void (await client.set(key, text))),
    add: (key, text, expires) => call(({ client }) => client.add(key, text, { expires })),
    delete: (key) => call(async ({ client }) => void (await client.delete(key))),
    maxItemBytes: () =>
      call(async (used) => {
        // Asked once for each connection: a server that is started with another limit has closed the old ones.
        used.maxItemBytes ??= await readMaxItemBytes(used.client);
        return used.maxItemBytes;
      }),
    close: () => {
      if (closed) {
        return;
      }
      closed = true;
      if (current !== null) {
        drop(current, storeClosed("memcached"));
      }
    },
  };
}

function createClient(servers: readonly string[]): Client {
  const options = { timeout: NEVER_S, conntimeout: NEVER_S };
  const { Client: Memjs, Server } = loadMemjs();
  return new Memjs(
    servers.map((server) => {
      const { hostname, port } = new URL(`memcached://${server}`);
      // memjs completes the options that it is given, in place.
      return new Server(hostname.replace(/^\[|\]$/g, ""), Number(port || 11211), undefined, undefined, { ...options });
    }),
    // One attempt. Its own failover would take a single server out for a minute.
    { retries: 1, failover: false, logger: { log: () => undefined } },
  );
}

/** `close` only ends the connection in an orderly way, for which a server that is paused never comes round. */
function destroySockets(client: Client): void {
  for (const server of client.servers) {
    if ("_socket" in server && server._socket instanceof Socket) {
      server._socket.destroy();
    }
  }
}

async function readMaxItemBytes(client: Client): Promise<number> {
  let awaited = client.servers.length;
  const limits: number[] = [];
  return new Promise((resolve, reject) => {
    client.statsWithKey("settings", (error, _server, stats) => {
      if (error !== null) {
        return reject(error);
      }
      limits.push(Number(stats?.item_size_max ?? Number.NaN));
      awaited -= 1;
      if (awaited > 0) {
        return;
      }
      const least = Math.min(...limits);
      if (Number.isFinite(least)) {
        resolve(least);
      } else {
        reject(new Error("it does not tell its item_size_max"));
      }
    });
  });
}
