import type { ErrorCode } from "@pulseboard/runtime";
import { describe, expect, test } from "vitest";
import { isRefusal, toRedisError } from "./redis-error.ts";

const ADDRESS = "127.0.0.1:6379/1";

/** The error with which ioredis rejects when Redis refuses: it keeps the command with all its arguments. */
function reply(message: string): Error {
  const error = Object.assign(new Error(message), { command: { name: "auth", args: ["hunter2"] } });
  error.name = "ReplyError";
  return error;
}

const redisError = (thrown: unknown, address: string) => {
  const error = toRedisError(thrown, address);
  if (error === null) {
    throw new Error("Not an error of Redis's");
  }
  return error;
};

describe("What Redis refuses", () => {
  test.each<[string, ErrorCode, ErrorCode, boolean]>([
    ["READONLY You can't write against a read only replica.", "store_read_only", "queue_read_only", true],
    ["UNBLOCKED force unblock from blocking operation", "store_read_only", "queue_read_only", true],
    ["OOM command not allowed when used memory > 'maxmemory'.", "store_out_of_memory", "queue_out_of_memory", true],
    ["LOADING Redis is loading the dataset in memory", "store_loading", "queue_loading", true],
    ["BUSY Redis is busy running a script.", "store_busy", "queue_loading", true],
    ["MISCONF Redis is unable to persist to disk.", "store_unwritable", "queue_failed", true],
    ["NOREPLICAS Not enough good replicas to write.", "store_unwritable", "queue_failed", true],
    ["MASTERDOWN Link with MASTER is down.", "store_unreachable", "queue_loading", true],
    ["NOAUTH Authentication required.", "store_denied", "queue_access_denied", false],
    ["WRONGPASS invalid username-password pair or user is disabled.", "store_denied", "queue_access_denied", false],
    ["NOPERM this user has no permissions to run the 'eval' command", "store_denied", "queue_access_denied", false],
    ["ERR invalid password", "store_denied", "queue_access_denied", false],
    [
      "ERR The user executing the script can't run this command or subcommand",
      "store_denied",
      "queue_access_denied",
      false,
    ],
    [
      "ERR ACL failure in script: User tenant has no permissions to run the 'set' command",
      "store_denied",
      "queue_access_denied",
      false,
    ],
    ["WRONGTYPE Operation against a key holding the wrong kind of value", "publication_damaged", "queue_failed", false],
    ["ERR unknown command 'CONFIG'", "store_failed", "queue_failed", true],
  ])("%s", (message, code, queueCode, retryable) => {
    const error = redisError(reply(message), ADDRESS);
    expect(error).toMatchObject({ name: "RedisError", code, queueCode, retryable });
    expect(error.message).toContain(ADDRESS);
    expect(error.message).toContain(message);
    expect(isRefusal(error)).toBe(true);
  });

  test.each([
    "OOM command not allowed when used memory > 'maxmemory'. script: 0123456789012345678901234567890123456789, on @user_script:7.",
    "ERR Error running script (call to f_0123456789012345678901234567890123456789): @user_script:7: -OOM command not allowed when used memory > 'maxmemory'.",
  ])("is known within a script too, of Redis 7 and of Redis 6: %s", (message) => {
    const error = redisError(reply(message), ADDRESS);
    expect(error.code).toBe("store_out_of_memory");
    expect(error.message).not.toContain("script: 0123");
  });

  test("does not repeat the command", () => {
    const error = redisError(reply("WRONGPASS invalid username-password pair"), ADDRESS);
    expect(error.cause).toBeUndefined();
  });
});

describe("A way to Redis that fails", () => {
  test.each<[string, object, ErrorCode]>([
    ["connect ECONNREFUSED 127.0.0.1:6379", { code: "ECONNREFUSED" }, "store_unreachable"],
    ["getaddrinfo ENOTFOUND no-such-host.invalid", { code: "ENOTFOUND" }, "store_unreachable"],
    ["self-signed certificate", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "store_unreachable"],
    ["Connection is closed.", {}, "store_unreachable"],
    ["Stream isn't writeable and enableOfflineQueue options is false", {}, "store_unreachable"],
    ["Reached the max retries per request limit (which is 0).", {}, "store_unreachable"],
    ["Command aborted due to connection close", {}, "store_unreachable"],
    ["Command timed out", {}, "store_timeout"],
    ["Socket timeout. Expecting data, but didn't receive any in 1500ms.", {}, "store_timeout"],
  ])("%s", (message, fields, code) => {
    const error = redisError(Object.assign(new Error(message), fields), ADDRESS);
    expect(error).toMatchObject({ code, retryable: true });
    expect(isRefusal(error)).toBe(false);
  });

  test("names the reason for each address that was tried", () => {
    const failure = new AggregateError([
      new Error("connect ECONNREFUSED ::1:6379"),
      new Error("connect ECONNREFUSED 127.0.0.1:6379"),
    ]);
    const error = redisError(failure, ADDRESS);
    expect(error).toMatchObject({ code: "store_unreachable", retryable: true });
    expect(error.message).toContain("ECONNREFUSED ::1:6379; connect ECONNREFUSED 127.0.0.1:6379");
  });
});

test.each([new TypeError("undefined is not a function"), new Error("Missing key for job 5. moveToFinished"), "text"])(
  "%s is not an error of Redis's",
  (thrown) => {
    expect(toRedisError(thrown, ADDRESS)).toBeNull();
  },
);
