import { type CommandConnection, type RedisConnection, RedisError } from "@pulseboard/redis";
import { type Clock, type Logger, sleepUnlessAborted } from "@pulseboard/runtime";
import type { Announcements } from "./document-store.ts";
import type { StorageDurations } from "./durations.ts";
import { isSequence } from "./publication.ts";
import { asStoreError } from "./redis-store-error.ts";
import { storeClosed } from "./store-error.ts";

export interface RedisAnnouncementsOptions {
  /** Announces over this connection, which it shares; opens its own to listen. */
  readonly redis: RedisConnection;
  readonly log: Logger;
  readonly clock: Clock;
  readonly durations: StorageDurations;
}

/** Redis's channels know no databases: two Pulseboards with one prefix hear each other, and find nothing new. */
const CHANNEL = "pulseboard:snapshot";

interface Listener {
  readonly call: (sequence: number) => void;
  readonly onListening: (() => void) | undefined;
}

/**
 * Announcements between processes. `announce` rejects with a StoreError when Redis did not take it. A message reaches
 * those who are subscribed at that moment, and is lost to all others: a reader looks when it is told that it listens, and
 * polls from time to time.
 */
export function createRedisAnnouncements(options: RedisAnnouncementsOptions): Announcements {
  const { redis, log, clock, durations } = options;
  const channel = redis.keyOf(CHANNEL);
  const listeners = new Set<Listener>();
  const closing = new AbortController();
  /** Whether Redis has confirmed the subscription of the connection that there is. */
  let isListening = false;
  let subscriber: CommandConnection | null = null;

  const assertOpen = (): void => {
    if (closing.signal.aborted) {
      throw storeClosed("Redis announcements");
    }
  };

  const deliver = (_channel: string, message: string): void => {
    const sequence = /^\d{1,16}$/.test(message) ? Number(message) : Number.NaN;
    if (!isSequence(sequence)) {
      log.debug({ message: message.slice(0, 40) }, "Ignored a message that is not a sequence");
      return;
    }
    tellAll({ sequence }, ({ call }) => call(sequence));
  };

  const tellAll = (about: object, tell: (listener: Listener) => void): void => {
    for (const listener of [...listeners]) {
      try {
        tell(listener);
      } catch (err) {
        // A defect of the listener; the others are called all the same.
        log.error({ err, ...about }, "A listener failed on an announcement");
      }
    }
  };

  /** Subscribing again changes nothing, and makes an idle connection notice that its peer is gone. */
  const resubscribe = async (connection: CommandConnection): Promise<void> => {
    try {
      await connection.run(durations.redisSmallMs, (client) => client.subscribe(channel));
      if (isListening) {
        return;
      }
      // After an outage the connection that is read over may come back after this one, and who reads too early has nothing.
      await redis.run(durations.redisSmallMs, async () => {});
      if (!isListening) {
        isListening = true;
        tellAll({}, ({ onListening }) => onListening?.());
      }
    } catch (err) {
      // The connection has reported it.
      if (!(err instanceof RedisError)) {
        throw err;
      }
    }
  };

  const listen = (): CommandConnection => {
    const connection = redis.openSubscriber((client) => {
      isListening = false;
      client.off("message", deliver).on("message", deliver);
      void resubscribe(connection);
    });
    void (async () => {
      while (await sleepUnlessAborted(clock, durations.resubscribeMs, closing.signal)) {
        await resubscribe(connection);
      }
    })();
    return connection;
  };

  return {
    announce: async (sequence) => {
      assertOpen();
      await asStoreError(redis.run(durations.redisSmallMs, (client) => client.publish(channel, String(sequence))));
    },
    subscribe: (call, onListening) => {
      assertOpen();
      // An object for each subscription: the same function may subscribe twice.
      const listener = { call, onListening };
      listeners.add(listener);
      subscriber ??= listen();
      if (isListening) {
        onListening?.();
      }
      return () => void listeners.delete(listener);
    },
    close: async () => {
      closing.abort();
      listeners.clear();
      await subscriber?.close();
    },
  };
}
