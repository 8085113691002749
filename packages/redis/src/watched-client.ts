import type { Clock } from "@pulseboard/runtime";
import type { Redis } from "ioredis";
import { RedisError, toRedisError } from "./redis-error.ts";

/** A client of ioredis of which we know at any moment whether it can be used, and if not, why. */
export interface WatchedClient {
  readonly client: Redis;
  /** Resolves when Redis was reached for the first time, or could not be. */
  readonly firstContact: Promise<void>;
  isReady(): boolean;
  /** Why it is not ready. */
  failure(): RedisError;
  /** Makes it connect again, unless it has done so less than `leastAgeMs` ago. */
  reconnect(leastAgeMs: number): void;
  /** Resolves with the error, or null once it has connected or answered after `sinceMs`. */
  verify(sinceMs: number): Promise<RedisError | null>;
}

export interface WatchedClientOptions {
  readonly address: string;
  readonly clock: Clock;
  /** Called with each connection that is made. */
  readonly onReady?: ((client: Redis) => void) | undefined;
  /** Called with each connection that fails, unless we ended it ourselves. */
  readonly onFailure: (error: RedisError) => void;
  /** Called when it will not come back. */
  readonly onEnd: () => void;
}

export function watchClient(
  client: Redis,
  { address, clock, onReady, onFailure, onEnd }: WatchedClientOptions,
): WatchedClient {
  let ready = false;
  let readyMs = 0;
  let verifiedMs = Number.NEGATIVE_INFINITY;
  /** Why it is not ready, until it is. */
  let lastError: RedisError | null = null;
  /** What went wrong since this connection was made. */
  let handshakeError: RedisError | null = null;
  let asking: Promise<RedisError | null> | null = null;
  let settleFirstContact: () => void = () => undefined;
  const firstContact = new Promise<void>((resolve) => {
    settleFirstContact = resolve;
  });
  const failure = (): RedisError => lastError ?? new RedisError("unreachable", address, "the connection was closed");

  const ask = async (): Promise<RedisError | null> => {
    try {
      await client.ping();
      verifiedMs = clock.monotonicMs();
      return null;
    } catch (error) {
      return toRedisError(error, address) ?? failure();
    } finally {
      asking = null;
    }
  };

  client.on("error", (error: Error) => {
    handshakeError = toRedisError(error, address) ?? new RedisError("unreachable", address, error.message, error);
    lastError = handshakeError;
  });
  client.on("connect", () => {
    handshakeError = null;
  });
  client.on("ready", () => {
    // ioredis carries on after a refused SELECT, in database 0: another one than the operator asked for.
    if (handshakeError !== null) {
      return client.disconnect(true);
    }
    lastError = null;
    ready = true;
    readyMs = clock.monotonicMs();
    verifiedMs = readyMs;
    settleFirstContact();
    onReady?.(client);
  });
  client.on("close", () => {
    ready = false;
    settleFirstContact();
  });
  // Unlike "close", this does not come when we leave ourselves.
  client.on("reconnecting", () => onFailure(failure()));
  client.on("end", onEnd);

  return {
    client,
    firstContact,
    isReady: () => ready,
    failure,
    reconnect: (leastAgeMs) => {
      if (ready && clock.monotonicMs() - readyMs >= leastAgeMs) {
        client.disconnect(true);
      }
    },
    verify: (sinceMs) => {
      if (!ready) {
        return Promise.resolve(failure());
      }
      if (verifiedMs > sinceMs) {
        return Promise.resolve(null);
      }
      // One at a time: a blocking connection answers only after its wait for the next job.
      asking ??= ask();
      return asking;
    },
  };
}
