import { Socket } from "node:net";
import { type Clock, PulseboardError, parseHostAndPort, withTimeout } from "@pulseboard/runtime";
import { Client, Server } from "memjs";
import type { StorageDurations } from "./durations.ts";
import { memcachedError, memcachedTimeout } from "./memcached-error.ts";
import { type StoreError, storeClosed } from "./store-error.ts";

export interface MemcachedClientOptions {
  /** "host:port" of each, at least one; each key belongs to one of them. */
  readonly servers: readonly string[];
  readonly clock: Clock;
  readonly durations: StorageDurations;
}

/** A client that is never stuck: each call ends within its deadline, in a StoreError if need be. */
export interface MemcachedClient {
  get(key: string): Promise<string | null>;
  /** @param lifetimeMs how long it is kept at most, rounded up to seconds; without one until it is replaced */
  set(key: string, text: string, lifetimeMs?: number): Promise<void>;
  /** Also succeeds when there was nothing. */
  delete(key: string): Promise<void>;
  /** The server's limit for one item, with its key and overhead; of several servers, the lowest. */
  maxItemBytes(): Promise<number>;
  close(): void;
}

/** memjs's own timers do not fire reliably; ours always come first. In seconds. */
const NEVER_S = 60;

interface Connection {
  readonly client: Client;
  /** Fails the calls in flight. */
  readonly pending: Set<(error: StoreError) => void>;
  maxItemBytes: number | null;
}

/**
 * memjs 1.3 can leave a request pending forever: when its timeout is pushed back by later requests, when the server
 * closes without an error, and, on that client for good, after a connection was cut within a response. Hence our own
 * deadline for each call, and after any failure a new client, a moment later: the old one's sockets are destroyed and
 * its calls fail at once.
 */
export function createMemcachedClient({ servers, clock, durations }: MemcachedClientOptions): MemcachedClient {
  const address = servers.join(",");
  let current: Connection | null = null;
  let closed = false;
  let lastFailure: { readonly error: StoreError; readonly atMs: number } | null = null;

  const connection = (): Connection => {
    if (closed) {
      throw storeClosed("memcached");
    }
    if (current !== null) {
      return current;
    }
    if (lastFailure !== null && clock.monotonicMs() - lastFailure.atMs < durations.memcachedReconnectMs) {
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
      const ms = durations.memcachedCallMs;
      const onTimeout = (): never => {
        throw memcachedTimeout(address, ms);
      };
      return await withTimeout(() => answer, { clock, ms, onTimeout });
    } catch (thrown) {
      const error = memcachedError(thrown, address);
      drop(used, error);
      throw error;
    } finally {
      used.pending.delete(fail);
    }
  };

  return {
    get: (key) => call(async ({ client }) => (await client.get(key)).value?.toString("utf8") ?? null),
    set: (key, text, lifetimeMs) => {
      const lifetime = lifetimeMs === undefined ? {} : { expires: Math.ceil(lifetimeMs / 1000) };
      return call(async ({ client }) => void (await client.set(key, text, lifetime)));
    },
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
  return new Client(
    servers.map((server) => {
      const { host, port } = addressOf(server);
      // memjs completes the options that it is given, in place.
      return new Server(host, port, undefined, undefined, { ...options });
    }),
    // One attempt. Its own failover would take a single server out for a minute.
    { retries: 1, failover: false, logger: { log: () => undefined } },
  );
}

function addressOf(server: string) {
  const parsed = parseHostAndPort(server);
  if (parsed === null) {
    throw new PulseboardError(`memcached has no address like ${JSON.stringify(server)}`, {
      code: "bad_config",
      retryable: false,
      hint: "MEMCACHED_SERVERS is host:port, several of them separated by commas.",
    });
  }
  return parsed;
}

/** `close` ends the connection in order, which a paused server never answers. */
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
