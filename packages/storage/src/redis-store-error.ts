import { RedisError } from "@pulseboard/redis";
import { StoreError } from "./store-error.ts";

/** Passes a call to Redis on, with its failure as a StoreError. */
export async function asStoreError<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (thrown) {
    if (!(thrown instanceof RedisError)) {
      throw thrown;
    }
    const { code, retryable, hint, cause, message } = thrown;
    throw new StoreError(message, { code, retryable, ...(hint !== null && { hint }), cause });
  }
}
