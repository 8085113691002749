import { describe, expect, test } from "vitest";
import { redisError } from "./redis-error.ts";

const ADDRESS = "127.0.0.1:6379/1";

/** What ioredis rejects with when Redis answers an error: it keeps the command with all its arguments. */
function reply(message: string): Error {
  const error = Object.assign(new Error(message), { command: { name: "auth", args: ["hunter2"] } });
  error.name = "ReplyError";
  return error;
}

describe("What Redis refuses", () => {
  test.each([
    ["READONLY You can't write against a read only replica.", "store_read_only", true],
    ["OOM command not allowed when used memory > 'maxmemory'.", "store_out_of_memory", true],
    ["LOADING Redis is loading the dataset in memory", "store_loading", true],
    ["BUSY Redis is busy running a script.", "store_busy", true],
    [
      "MISCONF Redis is configured to save RDB snapshots, but it's unable to persist to disk.",
      "store_unwritable",
      true,
    ],
    ["NOREPLICAS Not enough good replicas to write.", "store_unwritable", true],
    ["MASTERDOWN Link with MASTER is down.", "store_unreachable", true],
    ["NOAUTH Authentication required.", "store_denied", false],
    ["WRONGPASS invalid username-password pair or user is disabled.", "store_denied", false],
    ["NOPERM this user has no permissions to run the 'eval' command", "store_denied", false],
    ["WRONGTYPE Operation against a key holding the wrong kind of value", "publication_damaged", false],
    ["ERR unknown command 'CONFIG'", "store_failed", true],
  ])("%s", (message, code, retryable) => {
    const error = redisError(reply(message), ADDRESS);
    expect(error).toMatchObject({ name: "StoreError", code, retryable });
    expect(error.message).toContain(ADDRESS);
    expect(error.message).toContain(message);
  });

  test.each([
    "OOM command not allowed when used memory > 'maxmemory'. script: 0123456789012345678901234567890123456789, on @user_script:7.",
    "ERR Error running script (call to f_0123456789012345678901234567890123456789): @user_script:7: -OOM command not allowed when used memory > 'maxmemory'.",
  ])("is known within a script too, of Redis 7 and of Redis 6: %s", (message) => {
    const error = redisError(reply(message), ADDRESS);
    expect(error.code).toBe("store_out_of_memory");
    expect(error.message).not.toContain("script: 0123");
  });

  test("is told without what was sent", () => {
    const error = redisError(reply("WRONGPASS invalid username-password pair"), ADDRESS);
    expect(error.cause).toBeUndefined();
  });
});

test("a way to Redis that fails is told with the reason of each address that was tried", () => {
  const failure = new AggregateError([
    new Error("connect ECONNREFUSED ::1:6379"),
    new Error("connect ECONNREFUSED 127.0.0.1:6379"),
  ]);
  const error = redisError(failure, ADDRESS);
  expect(error).toMatchObject({ code: "store_unreachable", retryable: true });
  expect(error.message).toContain("ECONNREFUSED ::1:6379; connect ECONNREFUSED 127.0.0.1:6379");
});
