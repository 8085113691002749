import { type Clock, type Logger, sleepUnlessAborted } from "@pulseboard/runtime";
import type { Announcements } from "./document-store.ts";
import { isSequence } from "./publication.ts";
import type { RedisConnection } from "./redis-connection.ts";
import { StoreError, storeClosed } from "./store-error.ts";

export interface RedisAnnouncementsOptions {
  /** Announces over this one, shared with others; whoever listens gets a connection of its own. */
  readonly redis: RedisConnection;
  readonly log: Logger;
  readonly clock: Clock;
}

/** Redis's channels know no databases: two Pulseboards on one Redis hear each other, and find nothing new. */
const CHANNEL = "pulseboard:snapshot";
const DEADLINE_MS = 400;
/** How long a peer that vanished without a word goes unnoticed, beside the time its silence takes. */
const RENEW_MS = 1000;
/** The connection itself tells of these. */
const TOLD_ELSEWHERE = new Set(["store_unreachable", "store_timeout", "store_closed"]);

/**
 * Announcements between processes. `announce` rejects with a StoreError when Redis did not take it. A message is heard
 * by whoever is connected at that moment, and lost to all others: a reader also looks by itself from time to time.
 */
export function createRedisAnnouncements({ redis, log, clock }: RedisAnnouncementsOptions): Announcements {
  const listeners = new Set<{ readonly call: (sequence: number) => void }>();
  const closing = new AbortController();
  let subscriber: RedisConnection | null = null;
  let said = false;

  const assertOpen = (): void => {
    if (closing.signal.aborted) {
      throw storeClosed("Redis announcements");
    }
  };

  const deliver = (_channel: string, message: string): void => {
    const sequence = /^\d{1,16}$/.test(message) ? Number(message) : Number.NaN;
    if (!isSequence(sequence)) {
      log.debug({ message: message.slice(0, 40) }, "Not an announcement: it is no sequence");
      return;
    }
    for (const listener of [...listeners]) {
      try {
        listener.call(sequence);
      } catch (err) {
        // A defect of the listener's; the others are to hear all the same.
        log.error({ err, sequence }, "A listener failed on an announcement");
      }
    }
  };

  /** Subscribing again changes nothing, and makes an idle connection notice that nobody is there any more. */
  const renew = async (connection: RedisConnection): Promise<void> => {
    try {
      await connection.run(DEADLINE_MS, (client) => client.subscribe(CHANNEL));
      if (said) {
        log.info({ redis: connection.address }, "Announcements are heard again");
      }
      said = false;
    } catch (err) {
      if (!(err instanceof StoreError)) {
        throw err;
      }
      if (said || TOLD_ELSEWHERE.has(err.code)) {
        return;
      }
      said = true;
      log.warn({ err }, "Announcements are not heard");
    }
  };

  const listen = (): RedisConnection => {
    const connection = redis.openAnother("Announcements", (client) => {
      client.off("message", deliver).on("message", deliver);
      void renew(connection);
    });
    void (async () => {
      while (await sleepUnlessAborted(clock, RENEW_MS, closing.signal)) {
        await renew(connection);
      }
    })();
    return connection;
  };

  return {
    announce: async (sequence) => {
      assertOpen();
      await redis.run(DEADLINE_MS, (client) => client.publish(CHANNEL, String(sequence)));
    },
    subscribe: (call) => {
      assertOpen();
      // An object of its own for each subscription: the same function may subscribe twice.
      const listener = { call };
      listeners.add(listener);
      subscriber ??= listen();
      return () => void listeners.delete(listener);
    },
    close: async () => {
      closing.abort();
      listeners.clear();
      await subscriber?.close();
    },
  };
}
