import { RedisError } from "@pulseboard/redis";
import { PulseboardError } from "@pulseboard/runtime";

/** The refresh queue could not carry out a request. */
export class QueueError extends PulseboardError {}

/** Turns what BullMQ or the connection to Redis threw into a QueueError; "queue_failed" if Redis is not the cause. */
export function toQueueError(cause: unknown): QueueError {
  if (cause instanceof QueueError) {
    return cause;
  }
  if (cause instanceof RedisError) {
    const { queueCode: code, retryable, hint, message } = cause;
    return new QueueError(message, { code, retryable, ...(hint !== null && { hint }), cause });
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  return new QueueError(`The refresh queue failed: ${message}`, { code: "queue_failed", retryable: true, cause });
}
