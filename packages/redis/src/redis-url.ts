import { PulseboardError } from "@pulseboard/runtime";

/**
 * Returns host, port and database of REDIS_URL, without credentials. Rejects also what ioredis would silently take for
 * something else.
 *
 * @throws PulseboardError "bad_redis_url"
 */
export function addressOf(url: string): string {
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

function badUrl(reason: string): PulseboardError {
  return new PulseboardError(`The URL of Redis cannot be used: ${reason}`, {
    code: "bad_redis_url",
    retryable: false,
    hint: "REDIS_URL is redis://[user:password@]host[:port][/database], or rediss:// for TLS.",
  });
}
