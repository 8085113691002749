import type { Clock, Logger } from "@pulseboard/runtime";
import type { Redis } from "ioredis";
import { loadIoredis } from "./load-clients.ts";
import { isReply, redisError, redisTimeout, redisUnreachable } from "./redis-error.ts";
import { StoreError, storeClosed } from "./store-error.ts";
import { withDeadline } from "./with-deadline.ts";

export interface RedisConnectionOptions {
  /** REDIS_URL: `redis://[user:password@]host[:port][/database]`, or `rediss:` for TLS. */
  readonly url: string;
  /** Told once when Redis goes away and once when it is back. */
  readonly log: Logger;
  readonly clock: Clock;
}

/** A connection that heals itself. Several stores and announcements may share one. */
export interface RedisConnection {
  /** Host, port and database, without credentials. */
  readonly address: string;
  /**
   * Runs a command, once: it is never sent again by itself. Throws a StoreError when Redis is away (at once), refuses, or
   * takes longer than `deadlineMs`; a command that was late may still be carried out.
   */
  run<T>(deadlineMs: number, command: (client: Redis) => Promise<T>): Promise<T>;
  /** One more connection to the same place. `onReady` is called each time that it was made. */
  openAnother(what: string, onReady: (client: Redis) => void): RedisConnection;
  /** Ends it at once; what is under way fails. */
  close(): Promise<void>;
}

/** Above every deadline of ours, so that a healthy command is not cut off; then the socket is taken for dead. */
const SOCKET_TIMEOUT_MS = 1500;
const CONNECT_TIMEOUT_MS = 1000;
const DISCONNECT_TIMEOUT_MS = 200;
const MAX_RETRY_MS = 1000;

/** Connects in the background, for as long as it takes. Throws a StoreError when the URL cannot be right. */
export function connectRedis(options: RedisConnectionOptions): RedisConnection {
  return connect({ ...options, what: "Redis", onReady: () => undefined });
}

interface ConnectOptions extends RedisConnectionOptions {
  /** What is said to be away and back. */
  readonly what: string;
  readonly onReady: (client: Redis) => void;
}

function connect({ url, log, clock, what, onReady }: ConnectOptions): RedisConnection {
  const address = addressOf(url);
  let ready = false;
  let closed = false;
  let away = false;
  let lastFailure: unknown = null;
  /** The first commands come before the first connection is made, and are to wait for how that turns out. */
  let settleFirstContact: () => void = () => undefined;
  const firstContact = new Promise<void>((resolve) => {
    settleFirstContact = resolve;
  });

  const { Redis: Client } = loadIoredis();
  const client = new Client(url, {
    connectionName: "pulseboard",
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: SOCKET_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    // A connection that is closed already is still waited for so long, and keeps the process alive.
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    // What Redis refuses now it refuses in a moment too.
    retryStrategy: (attempt) =>
      lastFailure instanceof StoreError ? MAX_RETRY_MS : Math.min(50 * 2 ** attempt, MAX_RETRY_MS),
    // A command that cannot be sent now fails now, and one whose answer was lost fails rather than being sent twice.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    // Its INFO says only whether Redis is loading, and Redis says that itself, to any command.
    enableReadyCheck: false,
  });
  client.on("error", (error: unknown) => {
    lastFailure = isReply(error) ? redisError(error, address) : error;
  });
  client.on("connect", () => {
    lastFailure = null;
  });
  client.on("ready", () => {
    // The client goes on after a refused SELECT, in database 0: another one than the operator asked for.
    if (lastFailure !== null) {
      return client.disconnect(true);
    }
    ready = true;
    settleFirstContact();
    if (away) {
      log.info({ redis: address }, `${what}: back`);
    }
    away = false;
    onReady(client);
  });
  client.on("close", () => {
    ready = false;
    settleFirstContact();
    if (closed || away) {
      return;
    }
    away = true;
    log.warn({ err: redisUnreachable(address, lastFailure) }, `${what}: away, trying again until it is back`);
  });

  const send = async <T>(command: (client: Redis) => Promise<T>): Promise<T> => {
    await firstContact;
    if (!ready) {
      throw redisUnreachable(address, lastFailure);
    }
    try {
      return await command(client);
    } catch (thrown) {
      throw redisError(thrown, address);
    }
  };

  return {
    address,
    run: async (deadlineMs, command) => {
      if (closed) {
        throw storeClosed("Redis");
      }
      return withDeadline(clock, deadlineMs, send(command), () => redisTimeout(address, deadlineMs));
    },
    openAnother: (another, onAnotherReady) => connect({ url, log, clock, what: another, onReady: onAnotherReady }),
    close: async () => {
      closed = true;
      settleFirstContact();
      client.disconnect();
    },
  };
}

/** Also checks what the client would take silently for something else. */
function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === "") {
    throw badUrl("it is not of the form redis://host:6379/0");
  }
  const database = parsed.pathname.slice(1);
  if (!/^\d{0,5}$/.test(database)) {
    throw badUrl("its database is not a number");
  }
  return `${parsed.hostname}:${parsed.port || "6379"}${database === "" ? "" : `/${database}`}`;
}

function badUrl(reason: string): StoreError {
  return new StoreError(`The URL of Redis cannot be used: ${reason}`, {
    code: "bad_redis_url",
    retryable: false,
    hint: "REDIS_URL is redis://[user:password@]host[:port][/database], or rediss:// for TLS.",
  });
}
