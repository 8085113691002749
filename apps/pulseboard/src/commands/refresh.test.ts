import { afterEach, expect, test, vi } from "vitest";
import { parse } from "../testing/parse.ts";

afterEach(() => vi.unstubAllEnvs());

test.each([
  [["--redis-url", "http://user:hunter2@host/"], "http://***@host/"],
  [["--redis-url", "redis//:hunter2@host"], "***@host"],
  [["--redis-url", "redis://u:a/hunter2@host"], "redis://***@host"],
  [["--redis-url", "redis://u:50%hunter2@host"], "redis://***@host"],
  [["--redis-url", "redis://host/notadb"], "redis://host/notadb"],
  [["--redis-url", "redis://"], "redis://"],
  [["--redis-url", ""], "REDIS_URL"],
  [[], "REDIS_URL"],
  [["--redis-url"], "'--redis-url <url>' argument missing"],
])("refuses %j and says what to do, without the password", async (args, told) => {
  vi.stubEnv("REDIS_URL", "");
  const { exitCode, out, err } = await parse("refresh", ...args);
  expect(exitCode).not.toBe(0);
  expect(out).toBe("");
  expect(err).toContain(told);
  expect(err).toContain("\nTry npm run refresh -- --help.\n");
  expect(err).not.toContain("hunter2");
});

test("--help explains the options and the exit codes", async () => {
  const { out } = await parse("refresh", "--help");
  for (const word of ["--wait", "--json", "--redis-url", "REDIS_URL", "Exit codes"]) {
    expect(out).toContain(word);
  }
});
