import { type Clock, type OutageLog, withTimeout } from "@pulseboard/runtime";
import { Redis, type RedisOptions } from "ioredis";
import type { RedisDurations } from "./durations.ts";
import { isRefusal, mayBeCuredByReconnecting, RedisError, toRedisError } from "./redis-error.ts";
import { createRedisOutage } from "./redis-outage.ts";
import { addressOf } from "./redis-url.ts";
import { type WatchedClient, watchClient } from "./watched-client.ts";

export interface RedisConnectionOptions {
  /** REDIS_URL: `redis://[user:password@]host[:port][/database]`, or `rediss:` for TLS. */
  readonly url: string;
  /** KEY_PREFIX, the name of this installation among those that share the Redis; "" for none. */
  readonly keyPrefix: string;
  /** Told of each outage of Redis once, whichever connection notices it. */
  readonly outages: OutageLog;
  readonly clock: Clock;
  readonly durations: RedisDurations;
}

export interface RunOptions {
  /** Redis may deny this command without anything being wrong: that is not an outage. */
  readonly mayBeRefused?: boolean;
}

/** A connection for commands, which heals itself. */
export interface CommandConnection {
  /** Host, port and database, without credentials. */
  readonly address: string;
  /** The key or channel in Redis of what this installation calls `name`. */
  keyOf(name: string): string;
  /** The name of what lies under a key in Redis; null for a key of another installation or program. */
  nameOf(key: string): string | null;
  /**
   * Runs a command, once: it is never sent again by itself. A command that was late may still be carried out.
   *
   * @throws RedisError when Redis is unavailable (at once), refuses, or takes longer than `deadlineMs`; what else
   * `command` throws comes through
   */
  run<T>(deadlineMs: number, command: (client: Redis) => Promise<T>, options?: RunOptions): Promise<T>;
  /** Ends it at once; commands in flight fail. */
  close(): Promise<void>;
}

/** The connections of a BullMQ worker: this one, and those that BullMQ copies from it. */
export interface BlockingConnection {
  readonly client: Redis;
  /** Ends them at once. After a connection that failed, a timer of ioredis outlives it by the socket timeout. */
  close(): void;
}

/** One process's way to Redis: a shared connection for commands, and more for those who need one for themselves. */
export interface RedisConnection extends CommandConnection {
  /** The client that `run` passes to commands. BullMQ's queue is made with it, and used within `run` only. */
  readonly client: Redis;
  /** Opens a connection to listen with. `onReady` is called each time it is made. */
  openSubscriber(onReady: (client: Redis) => void): CommandConnection;
  /** Opens the connection of a BullMQ worker, whose commands wait for Redis to come back. */
  openBlocking(): BlockingConnection;
  /** Reports an error that BullMQ met by itself; returns null when Redis is not its cause. */
  report(thrown: unknown): RedisError | null;
}

/** Without the one that makes another type of client. */
type ClientOptions = Omit<RedisOptions, "replyMapping">;

/** Written for a millisecond, to see whether Redis takes writes. */
const PROBE_KEY = "pulseboard:probe";

/**
 * Connects in the background, for as long as it takes. Called once in each process, so that all connections share one
 * outage.
 *
 * @throws PulseboardError "bad_redis_url" when the URL cannot be right
 */
export function connectRedis({ url, keyPrefix, outages, clock, durations }: RedisConnectionOptions): RedisConnection {
  const address = addressOf(url);
  // Here alone, not by ioredis: BullMQ takes no client with a prefix of its own, and ioredis leaves channels without it.
  const keyOf = (name: string): string => `${keyPrefix}${name}`;
  const nameOf = (key: string): string | null => (key.startsWith(keyPrefix) ? key.slice(keyPrefix.length) : null);
  const watched = new Set<WatchedClient>();
  let closed = false;

  const watch = (client: Redis, onReady?: (client: Redis) => void): WatchedClient => {
    const added: WatchedClient = watchClient(client, {
      address,
      clock,
      onReady,
      onFailure: (error) => outage.failed(error),
      onEnd: () => watched.delete(added),
    });
    watched.add(added);
    return added;
  };

  /** All at once: a subscriber is never refused, and would go on listening to the Redis that has lost its role. */
  const onRefused = (error: RedisError | null): void => {
    if (error === null || !mayBeCuredByReconnecting(error)) {
      return;
    }
    for (const one of watched) {
      one.reconnect(durations.refusedReconnectMs);
    }
  };

  const open = (options: ClientOptions, onReady?: (client: Redis) => void): WatchedClient => {
    const { connectTimeoutMs, disconnectTimeoutMs, minRetryMs, maxRetryMs } = durations;
    const common: ClientOptions = {
      connectionName: "pulseboard",
      connectTimeout: connectTimeoutMs,
      disconnectTimeout: disconnectTimeoutMs,
      // Redis will refuse again in a moment, so there is no hurry.
      retryStrategy: (attempt) =>
        isRefusal(opened.failure()) ? maxRetryMs : Math.min(minRetryMs * 2 ** (attempt - 1), maxRetryMs),
      // Called for each refused command, also those of BullMQ.
      reconnectOnError: (error) => {
        onRefused(toRedisError(error, address));
        return false;
      },
    };
    const opened: WatchedClient = watch(new Redis(url, { ...common, ...options }), onReady);
    return opened;
  };

  const openForCommands = (onReady?: (client: Redis) => void): WatchedClient =>
    open(
      {
        commandTimeout: durations.socketTimeoutMs,
        socketTimeout: durations.socketTimeoutMs,
        // A command that cannot be sent now fails now, and one whose answer was lost fails rather than being sent twice.
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
        autoResendUnfulfilledCommands: false,
        autoResubscribe: false,
        // Its INFO says only whether Redis is loading, and Redis says that itself, to any command.
        enableReadyCheck: false,
      },
      onReady,
    );

  const leave = (one: WatchedClient): void => {
    watched.delete(one);
    one.client.disconnect();
  };

  const createRun =
    (one: WatchedClient, isClosed: () => boolean): CommandConnection["run"] =>
    async (deadlineMs, command, { mayBeRefused = false } = {}) => {
      const send = async () => {
        // The first commands come before the first connection is made, and wait for how that turns out.
        await one.firstContact;
        if (isClosed()) {
          throw new RedisError("closed", address, "");
        }
        if (!one.isReady()) {
          throw one.failure();
        }
        return command(one.client);
      };
      const onTimeout = () => {
        throw new RedisError("timeout", address, `no answer within ${deadlineMs} ms`);
      };
      try {
        return await withTimeout(send, { clock, ms: deadlineMs, onTimeout });
      } catch (thrown) {
        const error = toRedisError(thrown, address);
        if (error === null) {
          throw thrown;
        }
        if (error.kind !== "closed" && !(mayBeRefused && isRefusal(error))) {
          outage.failed(error);
        }
        throw error;
      }
    };

  const shared = openForCommands();
  const probe = async (sinceMs: number): Promise<RedisError | null> => {
    const { probeDeadlineMs: ms } = durations;
    const onTimeout = () => new RedisError("timeout", address, `no answer within ${ms} ms`);
    const verifyAll = async (): Promise<RedisError | null> => {
      if (!shared.isReady()) {
        return shared.failure();
      }
      await shared.client.set(keyOf(PROBE_KEY), "1", "PX", 1);
      const problems = await Promise.all([...watched].map((one) => (one === shared ? null : one.verify(sinceMs))));
      return problems.find((problem) => problem !== null) ?? null;
    };
    try {
      return await withTimeout(verifyAll, { clock, ms, onTimeout });
    } catch (error) {
      return toRedisError(error, address) ?? shared.failure();
    }
  };
  const outage = createRedisOutage({ outages, clock, durations, probe });

  return {
    address,
    keyOf,
    nameOf,
    client: shared.client,
    run: createRun(shared, () => closed),
    openSubscriber: (onReady) => {
      const subscriber = openForCommands(onReady);
      let left = false;
      return {
        address,
        keyOf,
        nameOf,
        run: createRun(subscriber, () => left || closed),
        close: async () => {
          left = true;
          leave(subscriber);
        },
      };
    },
    openBlocking: () => {
      // No command timeout: it would end every wait for the next job. The commands are sent again after a failure.
      const first = open({ socketTimeout: durations.blockingSocketTimeoutMs, maxRetriesPerRequest: null });
      const { client } = first;
      const own = [first];
      // BullMQ makes the blocking connection of a worker by copying the one that it was given.
      const duplicate = client.duplicate.bind(client);
      client.duplicate = (options) => {
        const copy = duplicate(options);
        own.push(watch(copy));
        return copy;
      };
      return { client, close: () => own.forEach(leave) };
    },
    report: (thrown) => {
      const error = toRedisError(thrown, address);
      if (error !== null) {
        outage.failed(error);
      }
      return error;
    },
    close: async () => {
      closed = true;
      outage.close();
      [...watched].forEach(leave);
    },
  };
}
