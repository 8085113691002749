import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { createLogger, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import { onTestFinished } from "vitest";
import { type BullQueue, createBullQueue } from "../bull-queue.ts";
import { REFRESH_DURATIONS, type RefreshDurations } from "../durations.ts";
import type { RefreshConsumer, RefreshHandler } from "../refresh-queue.ts";

/** Periods that tests wait for are short, and deadlines are long enough for a busy machine. */
const FAST_REDIS = {
  ...REDIS_DURATIONS,
  connectTimeoutMs: 3000,
  socketTimeoutMs: 9000,
  probeDeadlineMs: 2000,
  minRetryMs: 20,
  maxRetryMs: 100,
  probePeriodMs: 20,
  settleMs: 200,
  quietMs: 500,
};

/** One process's side of a queue over Redis, and its log. It leaves at the end of the test. */
export interface BullUnderTest extends BullQueue {
  readonly keyPrefix: string;
  readonly logged: string[];
}

/** @param keyPrefix the same one for two of them makes them two processes of one deployment */
export function createBullUnderTest(
  redisUrl: string,
  keyPrefix: string = randomUUID(),
  durations: RefreshDurations = REFRESH_DURATIONS,
): BullUnderTest {
  const logged: string[] = [];
  const log = createLogger({ level: "info", pretty: true, destination: { write: (line) => logged.push(line) } });
  const tools = { log, outages: createOutageLog(log, systemClock, RUNTIME_DURATIONS), clock: systemClock };
  const redis = connectRedis({ url: redisUrl, keyPrefix, ...tools, durations: FAST_REDIS });
  const bull = createBullQueue({ redis, ...tools, durations });
  const consumers: RefreshConsumer[] = [];
  onTestFinished(async () => {
    await Promise.all(consumers.map((consumer) => consumer.close(200)));
    await bull.queue.close();
    await redis.close();
  });
  return {
    ...bull,
    keyPrefix,
    logged,
    consume: (handler: RefreshHandler) => {
      const consumer = bull.consume(handler);
      consumers.push(consumer);
      return consumer;
    },
  };
}

/** Resolves when `holds` answers true, asked often; fails after `timeoutMs`. @returns how long that took, in ms */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 30_000,
): Promise<number> {
  const startMs = performance.now();
  while (!(await holds())) {
    if (performance.now() - startMs > timeoutMs) {
      throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    }
    await delay(20);
  }
  return performance.now() - startMs;
}
