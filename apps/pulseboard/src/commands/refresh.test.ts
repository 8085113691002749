import { afterEach, expect, test, vi } from "vitest";
import { parse } from "../testing/parse.ts";

afterEach(() => vi.unstubAllEnvs());

test.each([
  [["--redis-url", "http://user:hunter2@host/"], "cannot be used: expected redis://"],
  [["--redis-url", "redis://:hunter2/with/slashes@host/0"], "percent-encode"],
  [["--redis-url", "redis://:hunter2 with blanks@host/0"], "percent-encode"],
  [["--redis_url=redis://:hunter2 with/blanks@host/0"], "unknown option"],
  [["me:hunter2@host"], "unexpected argument"],
  [["redis://:hunter2"], "unexpected argument"],
  [["--redis-url", "redis://host/notadb"], "[/database]"],
  [["--redis-url", "redis://"], "cannot be used: expected redis://"],
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
