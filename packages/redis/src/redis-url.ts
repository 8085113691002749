import { isRedisUrl, PulseboardError, REDIS_URL_FORM } from "@pulseboard/runtime";

/**
 * Returns host, port and database of REDIS_URL, without credentials. Rejects also what ioredis would silently take for
 * something else.
 *
 * @throws PulseboardError "bad_redis_url"
 */
export function addressOf(url: string): string {
  if (!isRedisUrl(url)) {
    throw new PulseboardError("The URL of Redis cannot be used", {
      code: "bad_redis_url",
      retryable: false,
      hint: `Expected ${REDIS_URL_FORM}.`,
    });
  }
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || "6379"}${pathname.length > 1 ? pathname : ""}`;
}
